"""The object is not called ``self``; the save that is missing has to know that."""

from good_grid import RestartModel


class Other(RestartModel):
    def create_iterator(this, x, coords):
        x, coords, restored = this._restore_checkpoint_state(x, coords)
        if not restored:
            this._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = this(x, coords)
            this._save_checkpoint_state(x, coords)
            yield x, coords


def build():
    return Other()
