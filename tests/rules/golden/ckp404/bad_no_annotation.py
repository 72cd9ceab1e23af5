"""The dataclass gives the count a first value and no type: that is an attribute of the class."""

from dataclasses import dataclass

from earth2studio.models.batch import batch_func
from grid import Boundary, RestartModel


@dataclass
class Counted(Boundary):
    steps: int = 0  # how many were made
    damping: float = 0.5


class NoAnnotation(RestartModel):
    state_type = Counted

    def _step(self, x):
        self.checkpoint.steps = self.checkpoint.steps + 1
        return self._forward(x) * (self.checkpoint.damping if self.checkpoint.steps % 3 == 0 else 1)

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
    return NoAnnotation()
