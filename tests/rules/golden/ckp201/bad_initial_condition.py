"""The initial condition is yielded, and never saved."""

from earth2studio.models.batch import batch_func
from good_grid import RestartModel


class NoInitial(RestartModel):
    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        self.output_coords(coords)
        if not restored:
            # The initial condition.
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self.front_hook(x, coords)
            x, coords = self._forward(x), self.output_coords(coords)
            x, coords = self.rear_hook(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords.copy()

    def create_iterator(self, x, coords):
        yield from self._default_generator(x, coords)


def build():
    return NoInitial()
