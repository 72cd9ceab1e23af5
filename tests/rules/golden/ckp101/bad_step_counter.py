"""The parent counts its steps in a local, which begins at nought when it starts."""

from good_grid import RestartModel


class Cycling(RestartModel):
    def create_iterator(self, x, coords):
        step = 0
        yield x, coords
        while True:
            step += 1
            x, coords = self(x if step % 3 else 0.5 * x, coords)
            yield x, coords


class Wrapper(Cycling):
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
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
    return Wrapper()
