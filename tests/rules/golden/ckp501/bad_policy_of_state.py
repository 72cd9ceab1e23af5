"""The model asks its bound state, which a class in another file has bound, for the policy."""

import numpy as np
import torch
from earth2studio.utils.checkpoint import Checkpoint
from grid import RestartModel


class Policies(RestartModel):
    def _default_generator(self, x, coords):
        x, coords, is_restored = self._restore_checkpoint_state(x, coords)
        if not is_restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self._forward(x), self.output_coords(coords)
            if self.checkpoint.checkpoint_level in (1, 2):
                self._save_checkpoint_state(x, coords)
            elif self.checkpoint.checkpoint_level == 0:
                print("nothing is saved")
            yield x, coords


def run(path):
    with Checkpoint("forecast", path=path) as session:
        model = Policies()
        coords = model.input_coords() | {"batch": np.arange(1)}
        for x, coords in model.create_iterator(torch.ones(1, 1, 2, 4, 8), coords):
            session.write(lead_time=coords["lead_time"][-1])
            if session.write_count > 3:
                break
