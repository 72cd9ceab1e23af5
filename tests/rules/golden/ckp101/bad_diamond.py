"""Alone the mixin's parent is plain; joined, ``super()`` starts the noise of a sibling."""

import torch
from good_plain_core import PlainCore


class Noisy(PlainCore):
    def create_iterator(self, x, coords):
        x = x + 0.1 * x.std() * torch.linspace(-1, 1, x.shape[-1])
        yield from super().create_iterator(x, coords)


class Restarting(PlainCore):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if restored:
            while True:
                x, coords = self.front_hook(x, coords)
                x, coords = self(x, coords)
                x, coords = self.rear_hook(x, coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords
        iterator = super().create_iterator(x, coords)
        for x, coords in iterator:
            self._save_checkpoint_state(x, coords)
            yield x, coords


class Joined(Restarting, Noisy):
    pass


def build():
    return Joined()
