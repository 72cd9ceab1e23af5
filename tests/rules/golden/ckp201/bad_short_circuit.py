"""``and`` skips the save in an evaluation run, and a comprehension over nothing never saves."""

from good_grid import RestartModel


class Skipping(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        restored or self._save_checkpoint_state(x, coords)
        if not restored:
            yield x, coords
        while True:
            x, coords = self(x, coords)
            x.mean() > 0.1 and self._save_checkpoint_state(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords
            x, coords = self(x, coords)
            [self._save_checkpoint_state(x, coords) for _ in range(int(x.mean() > 0.1))]
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Skipping()
