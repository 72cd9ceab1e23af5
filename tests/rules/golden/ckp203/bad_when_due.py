"""A boundary is saved only where the next write should commit it; another flush comes in between."""

from earth2studio.models.batch import batch_func
from good_interval_three import forecast
from grid import RestartModel


class WhenDue(RestartModel):
    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self._forward(x), self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def run(path):
    forecast(WhenDue, path)
