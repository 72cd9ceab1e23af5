"""The saved buffer is turned into degrees before it is yielded."""

from earth2studio.models.batch import batch_func
from grid import RestartModel


class Model(RestartModel):
    def _save_checkpoint_state(self, x, coords):
        super()._save_checkpoint_state(x, coords)
        if self.checkpoint.checkpoint_level == 2:
            self.checkpoint.x = self._seen = x.detach().clone()

    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self._forward(x).clone(), self.output_coords(coords)
            output = x.clone()
            self._save_checkpoint_state(output, coords)
            output.mul_(180.0)
            yield output, coords


def build():
    return Model()
