"""Alone the mixin's parent is plain; joined with a sibling, ``super()`` starts the sibling's noise."""

import torch
from good_plain_core import PlainCore


class Noisy(PlainCore):
    noise = torch.zeros(())

    def create_iterator(self, x, coords):
        self.noise = x.std() * torch.linspace(-1, 1, x.shape[-1])
        yield from super().create_iterator(x, coords)

    def _forward(self, x):
        return super()._forward(x) + 0.1 * self.noise


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
