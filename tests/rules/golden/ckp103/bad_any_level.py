"""What was loaded is asked for, and the run; the level is not."""

from collections import OrderedDict

from good_saving import Saving


class AnyLevel(Saving):
    def _restore_checkpoint_state(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level == 2 and saved.checkpoint_state_loaded and saved.x is not None and self._is_this_run():
            pairs = zip(saved.coord_keys, saved.coord_values)
            return saved.x.to(x.device), OrderedDict(pairs), True
        return x, coords, False


def build():
    return AnyLevel()
