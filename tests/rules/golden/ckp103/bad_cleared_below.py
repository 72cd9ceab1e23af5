"""Below level 2 nothing is saved, but a row of level 2 still holds what must not be restored."""

from collections import OrderedDict

from good_saving import Saving


class ClearedBelow(Saving):
    def _save_checkpoint_state(self, x, coords):
        if self.checkpoint.checkpoint_level == 2:
            super()._save_checkpoint_state(x, coords)
        else:
            self.checkpoint.x = self._seen = None

    def _restore_checkpoint_state(self, x, coords):
        state = self.checkpoint
        if state.checkpoint_level != 2 or state.x is None or not state.checkpoint_state_loaded or not self._is_this_run():
            return x, coords, False
        return state.x.clone(), OrderedDict(zip(state.coord_keys, state.coord_values)), True


def build():
    return ClearedBelow()
