"""Nothing is known of the parent, which comes from a package that is not there."""

from earth2studio.utils.checkpoint import bind_checkpoint_state
from good_grid import Boundary
from regional.models import Regional


class Wrapper(Regional):
    def __init__(self):
        super().__init__()
        self.restart = bind_checkpoint_state(Boundary())

    def create_iterator(self, x, coords):
        restored = self.restart.checkpoint_state_loaded
        if restored:
            x = self.restart.x.to(x.device)
        if restored:
            while True:
                x, coords = self(x, coords)
                self.restart.x = x.clone()
                yield x, coords
        iterator = super().create_iterator(x, coords)
        for x, coords in iterator:
            self.restart.x = x.clone()
            yield x, coords
