"""The parent makes its random generator anew when it starts."""

import torch
from good_grid import RestartModel


class Stochastic(RestartModel):
    def create_iterator(self, x, coords):
        draws = torch.Generator().manual_seed(7)
        yield x, coords
        while True:
            x, coords = self(x + 0.1 * torch.rand(x.shape, generator=draws), coords)
            yield x, coords


class Wrapper(Stochastic):
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


def build():
    return Wrapper()
