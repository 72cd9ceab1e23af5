"""`create_iterator` hands on what a generator yields: the generator saves all but the first."""

from good_grid import RestartModel


class Copying(RestartModel):
    def create_iterator(self, x, coords):
        for x, coords in self._steps(x, coords):
            yield x.clone(), coords.copy()

    def _steps(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Copying()
