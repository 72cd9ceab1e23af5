"""A save that fails is passed over, and the boundary is yielded all the same."""

from contextlib import suppress

from good_grid import RestartModel


class Quota(RestartModel):
    def _check_quota(self, coords):
        if coords["lead_time"][-1].astype("timedelta64[h]").astype(int) % 12:
            raise OSError("quota exceeded")

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            with suppress(OSError):
                self._check_quota(coords)
                self._save_checkpoint_state(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            try:
                self._check_quota(coords)
                self._save_checkpoint_state(x, coords)
            except OSError as error:
                self.last_error = str(error)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Quota()
