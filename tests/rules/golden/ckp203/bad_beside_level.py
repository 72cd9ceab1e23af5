"""The condition stands in the helper beside the level, and what is not due is cleared."""

from earth2studio.models.batch import batch_func
from good_interval_three import forecast
from grid import RestartModel


class Clearing(RestartModel):
    def _save_checkpoint_state(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2:
            super()._save_checkpoint_state(x, coords)
        else:
            saved.x = None

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
    forecast(Clearing, path)
