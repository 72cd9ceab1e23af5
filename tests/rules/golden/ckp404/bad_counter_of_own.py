"""The same with a dataclass of this file, a count that `getattr` starts, and a local name for the state."""

from dataclasses import dataclass

from earth2studio.models.batch import batch_func
from grid import Boundary, RestartModel


@dataclass
class Damped(Boundary):
    damping: float = 0.5
    steps: int = 0


class CounterOfOwn(RestartModel):
    state_type = Damped

    def _step(self, x):
        state = self.checkpoint
        steps = getattr(state, "steps", 0) + 1
        state.steps = steps
        return self._forward(x) * (state.damping if steps % 3 == 0 else 1)

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
    return CounterOfOwn()
