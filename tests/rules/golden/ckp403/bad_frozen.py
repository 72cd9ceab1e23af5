"""The dataclass is frozen; the model writes its fields all the same, a restart does not."""

from dataclasses import dataclass

from earth2studio.models.batch import batch_func
from grid import Boundary, RestartModel


@dataclass
class Scaled:
    x: object = None
    coord_keys: tuple = ()
    coord_values: tuple = ()
    run_keys: tuple = ()
    run_values: tuple = ()


class Frozen(RestartModel):
    state_type = Scaled

    def _save_checkpoint_state(self, x, coords):
        fields = self.checkpoint.checkpoint_dataclass
        saved = Boundary(
            x.clone(), tuple(coords), tuple(coords.values()), tuple(self._run), tuple(self._run.values())
        )
        for name, value in vars(saved).items():
            object.__setattr__(fields, name, value)
        self._seen = saved.x

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


def build():
    return Frozen()
