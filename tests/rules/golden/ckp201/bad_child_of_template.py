"""A child of a template in another file forgets that its step has to save."""

from good_template import Beginning


class Forgetful(Beginning):
    def _advance(self, x, coords):
        return self(x, coords)

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            yield self._begin(x, coords)
        while True:
            x, coords = self._advance(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Forgetful()
