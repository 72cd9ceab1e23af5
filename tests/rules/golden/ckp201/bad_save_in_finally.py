"""The ``finally`` saves, but only when the consumer comes back for more."""

from good_grid import RestartModel


class LateFinally(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            try:
                self._save_checkpoint_state(x, coords)
                yield x, coords
            finally:
                self._save_checkpoint_state(x, coords)


def build():
    return LateFinally()
