"""Levels 1 and 2 are taken alike; the condition leaves by an early return."""

from collections import OrderedDict

from good_saving import Saving


class LevelOneToo(Saving):
    def _restore_checkpoint_state(self, x, coords):
        saved = self.checkpoint
        if saved.checkpoint_level != 2 or not saved.checkpoint_state_loaded:
            return x, coords, False
        if saved.x is None or not self._is_this_run():
            return x, coords, False
        return saved.x.clone(), OrderedDict(zip(saved.coord_keys, saved.coord_values)), True


def build():
    return LevelOneToo()
