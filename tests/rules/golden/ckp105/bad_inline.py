"""The restore is written out in the call; what it is given is only asked for its device."""

from good_only_saves import OnlySaves


class Inline(OnlySaves):
    def __call__(self, x, coords):
        saved = self.checkpoint
        return self._forward(x), self.output_coords(coords)


def build():
    return Inline()
