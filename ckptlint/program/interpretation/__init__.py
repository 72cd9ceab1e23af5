"""Abstract execution: what each name may hold, and whether the boundary is saved, at each point.

One interpreter serves every question about values. It runs a function's flow graph over sets of
*worlds*; a world binds names to *values* and knows the outcome of the conditions on its path, so
that a flag such as ``restored`` keeps its meaning after the branches have joined again.
"""
