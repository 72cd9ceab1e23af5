"""Of two parts of the rollout, the second saves nothing."""

from good_grid import RestartModel


class Parts(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            if self._hours(coords) % 12 == 0:
                x, coords = yield from self._odd(x, coords)
            x, coords = yield from self._even(x, coords)

    def _hours(self, coords):
        return coords["lead_time"][-1].astype("timedelta64[h]").astype(int)

    def _odd(self, x, coords):
        x, coords = self(x, coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
        return x, coords

    def _even(self, x, coords):
        x, coords = self(0.9 * x, coords)
        self._save_checkpoint_state(x, coords)
        yield x, coords
        return x, coords


def build():
    return Parts()
