"""``to`` is given a type of numbers, and no device."""

import torch
from good_moved import Moved


class TypeOnly(Moved):
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
            x = saved.x.to(x.device).to(torch.float32)
            previous = saved.previous.to(x.device).to(dtype=x.dtype)
            return x, self._saved_coords(), previous, True
        return x, coords, x, False


def build():
    return TypeOnly()
