"""The last boundary, in the loop's ``else``, is another one than the loop has saved."""

from good_grid import RestartModel


class Ending(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            end = coords["lead_time"][-1] + 24 * self._hour()
            while coords["lead_time"][-1] < end:
                x, coords = self(x, coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords
                if x.isnan().any():
                    break
            else:
                x, coords = 0.5 * x, self.output_coords(coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords

    def _hour(self):
        import numpy as np

        return np.timedelta64(1, "h")


def build():
    return Ending()
