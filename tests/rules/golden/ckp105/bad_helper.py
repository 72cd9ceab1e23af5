"""The usual helper is called in both places."""

from good_only_saves import OnlySaves
from grid import run_of


class Helper(OnlySaves):
    def __call__(self, x, coords):
        self._run = run_of(coords)
        x, coords = self._forward(x), self.output_coords(coords)
        self._save_checkpoint_state(x, coords)
        return x, coords


def build():
    return Helper()
