"""The coordinates advance after the save: a restart makes the lead time of this step again."""

from earth2studio.models.batch import batch_func
from grid import RestartModel


class Model(RestartModel):
    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x = self._forward(x)
            coords = self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Model()
