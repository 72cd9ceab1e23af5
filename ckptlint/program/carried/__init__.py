"""What a rollout carries from one step to the next, and what of it a restart brings back.

A rollout is *unrolled*: the bodies of all that its steps call, as far as they can be seen, are laid
into one graph of events. In that graph a thing is carried if it changes between two yields and is
read again before it is written anew; a restart brings it back if what was restored reaches it
before the first step.
"""
