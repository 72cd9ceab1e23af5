"""The flag that the restore gives is thrown away."""

from grid import RestartModel


class FlagDropped(RestartModel):
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        self._save_checkpoint_state(x, coords)
        if not restored:
            yield x, coords
        while True:
            x, coords = self(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return FlagDropped()
