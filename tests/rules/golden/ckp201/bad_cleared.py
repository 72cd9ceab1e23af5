"""The restored boundary is cleared, and nothing is put in its place."""

from good_grid import RestartModel


class Cleared(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        self.checkpoint.x = None
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Cleared()
