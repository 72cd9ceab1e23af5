"""The restored boundary is written into the tensor that was given."""

from good_noise_core import NoiseCore


class InPlace(NoiseCore):
    def create_iterator(self, x, coords):
        restored = self.checkpoint.checkpoint_state_loaded
        coords = coords.copy()
        if restored:
            x.copy_(self.checkpoint.x)
            coords["lead_time"] = self.checkpoint.coord_values[1]
        if restored:
            while True:
                x, coords = self.front_hook(x, coords)
                x, coords = self(x, coords)
                x, coords = self.rear_hook(x, coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords
        iterator = super().create_iterator(x, coords)
        for x, coords in iterator:
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return InPlace()
