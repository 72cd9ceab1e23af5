"""What was read is given back as it is."""

from good_moved import Moved


class GivenBack(Moved):
    def _restore(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None:
            previous = saved.previous.to(x.device)
            return saved.x.to(x.device), self._saved_coords(), previous, True
        return x, coords, x, False


def build():
    return GivenBack()
