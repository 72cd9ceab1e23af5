"""The last frame of a restored window is yielded, under its own lead time."""

import torch
from earth2studio.models.batch import batch_func
from grid import RestartModel, later


class LastFrame(RestartModel):
    @batch_func()
    def _default_generator(self, x, coords):
        window, coords, restored = self._restore_checkpoint_state(torch.cat([x, x], 1), coords)
        self._save_checkpoint_state(window, coords)
        newest = coords.copy()
        newest["lead_time"] = coords["lead_time"][-1:]
        if not restored:
            yield window[:, -1:].clone(), newest
        while True:
            frame = self._forward(window[:, -1:]) + 0.1 * window[:, :1]
            window, coords = torch.cat([window[:, 1:], frame], 1), later(coords, 6)
            self._save_checkpoint_state(window, coords)
            yield frame, coords


def build():
    return LastFrame()
