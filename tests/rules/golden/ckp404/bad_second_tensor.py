"""The restart reads a tensor that was only ever set on the living state."""

from dataclasses import dataclass

from earth2studio.models.batch import batch_func
from grid import Boundary, RestartModel


@dataclass
class Plain(Boundary):
    pass
    ocean: object = None


class SecondTensor(RestartModel):
    """The ocean is carried beside the atmosphere, and drives it."""

    state_type = Plain

    def _restore_checkpoint_state(self, x, coords):
        x, coords, restored = super()._restore_checkpoint_state(x, coords)
        saved = getattr(self.checkpoint, "ocean", None)
        self._ocean = saved if restored and saved is not None else 0.1 * x
        return x, coords, restored

    def _step(self, x):
        self._ocean = 0.95 * self._ocean + 0.05 * x
        self.checkpoint.ocean = self._ocean.clone()
        return self._forward(x) + self._ocean

    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self._step(x), self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return SecondTensor()
