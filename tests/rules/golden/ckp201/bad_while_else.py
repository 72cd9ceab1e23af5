"""The last boundary, in the loop's ``else``, is another one than the loop has saved."""

from good_grid import RestartModel


class Ending(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            while self._hours(coords) % 30 != 24:
                x, coords = self(x, coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords
                if x.isnan().any():
                    break
            else:
                x, coords = 0.5 * x, self.output_coords(coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords

    def _hours(self, coords):
        return coords["lead_time"][-1].astype("timedelta64[h]").astype(int)


def build():
    return Ending()
