"""The boundary is moved, and what else the step reads is forgotten."""

from good_moved import Moved


class SecondTensor(Moved):
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
            x = saved.x.to(x.device)
            previous = saved.previous.to(x.device).clone()
            return x, self._saved_coords(), previous, True
        return x, coords, x, False


def build():
    return SecondTensor()
