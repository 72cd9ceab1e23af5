"""A counter is saved before it counts the step."""

import math
from dataclasses import dataclass

from earth2studio.models.batch import batch_func
from grid import Boundary, RestartModel


@dataclass
class BoundaryWithStep(Boundary):
    step: int = 0


class Counting(RestartModel):
    state_type = BoundaryWithStep

    def _save(self, x, coords, step):
        self._save_checkpoint_state(x, coords)
        self.checkpoint.step = step

    @batch_func()
    def _default_generator(self, x, coords):
        step = 0
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if restored:
            step = self.checkpoint.step
        else:
            self._save(x, coords, step)
            yield x, coords
        while True:
            x = self._forward(x) + 0.1 * math.sin(self._angle(step))
            coords = self.output_coords(coords)
            step += 1
            self._save(x, coords, step)
            yield x, coords

    def _angle(self, step):
        return 0.7 * step


def build():
    return Counting()
