"""The rollout is a function of the module, in which the object is called ``model``."""

from good_grid import RestartModel


def rollout(model, x, coords, restored):
    if not restored:
        model._save_checkpoint_state(x, coords)
        yield x, coords
    while True:
        x, coords = model(x, coords)
        model._save_checkpoint_state(x, coords)
        yield x, coords


class FromModule(RestartModel):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        return rollout(self, x, coords, restored)


def build():
    return FromModule()
