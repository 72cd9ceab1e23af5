"""A step is yielded in two parts, and only the first is saved."""

import numpy as np
from good_grid import RestartModel


class Halves(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            if coords["lead_time"][-1] % np.timedelta64(6, "h") == np.timedelta64(0, "h"):
                x, _ = self(x, coords)
                coords = coords | {"lead_time": coords["lead_time"] + np.timedelta64(3, "h")}
                self._save_checkpoint_state(x, coords)
                yield x, coords
            x = 0.5 * x
            coords = coords | {"lead_time": coords["lead_time"] + np.timedelta64(3, "h")}
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Halves()
