"""No case is left for the boundary that is neither warm nor cold."""

from good_grid import RestartModel


class Cases(RestartModel):
    def _regime(self, x):
        return "warm" if x.mean() > 0.1 else "cold" if x.mean() < 0.0 else "mild"

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self(x, coords)
            match self._regime(x):
                case "warm":
                    self._save_checkpoint_state(x, coords)
                case "cold":
                    self.checkpoint.x = x.clone()
                    self.checkpoint.coord_keys = tuple(coords)
                    self.checkpoint.coord_values = tuple(coords.values())
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Cases()
