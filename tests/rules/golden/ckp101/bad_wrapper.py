"""The shape from the field: restore, start the parent, drop one ``next``, save and yield."""

from collections import OrderedDict

from good_noise_core import NoiseCore


class Wrapper(NoiseCore):
    def create_iterator(self, x, coords):
        restored = False
        if self.checkpoint.checkpoint_state_loaded and self.checkpoint.x is not None:
            x = self.checkpoint.x.to(x.device)
            coords = OrderedDict(zip(self.checkpoint.coord_keys, self.checkpoint.coord_values))
            restored = True
        if restored:
            x_out, coords_out = x, coords
            while True:
                x_out, coords_out = self.front_hook(x_out, coords_out)
                x_out, coords_out = self(x_out, coords_out)
                x_out, coords_out = self.rear_hook(x_out, coords_out)
                self._save_checkpoint_state(x_out, coords_out)
                yield x_out, coords_out
        iterator = super().create_iterator(x, coords)
        # the boundary that was yielded before
        for x_out, coords_out in iterator:
            self._save_checkpoint_state(x_out, coords_out)
            yield x_out, coords_out


def build():
    return Wrapper()
