"""The guard asks for the level, which is the same for a first rollout and for a restart."""

from grid import RestartModel


class WrongCondition(RestartModel):
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if self.checkpoint.checkpoint_level >= 1 or not restored:
            self._save_checkpoint_state(x, coords)
            if not restored:
                yield x.detach(), coords
        while True:
            x, coords = self(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return WrongCondition()
