"""Saved state that is changed through a local: which changes are committed and not carried on."""

from __future__ import annotations

import pytest
from restart_models import ask, model

_ROLLOUT = """
    def _keep(self, x, coords):
        self.restart.x = x.detach()
        self.restart.coords = tuple(coords)

    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        while True:
            x = self._forward(x)
            {}
    """

FOUND = {
    "changed back": ("self._keep(x, coords)\nx.mul_(2)\nyield x\nx.div_(2)", ["x.mul_(2)"]),
    "a buffer": (
        "out = x.clone()\nself._keep(out, coords)\nout.mul_(2)\nyield out",
        ["out.mul_(2)"],
    ),
    "carried on": ("self._keep(x, coords)\nx.mul_(2)\nyield x", []),
    "a copy": ("self._save(x, coords)\nx.mul_(2)\nyield x\nx.div_(2)", []),
    "bound anew": ("self._keep(x, coords)\nout = x.clone()\nout.mul_(2)\nyield out", []),
    "another name of what is carried": (
        "out = x\nself._keep(out, coords)\nout.mul_(2)\nyield out",
        [],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_changed_between_the_save_and_the_commit(name: str) -> None:
    text, expected = FOUND[name]
    found = ask(model(_ROLLOUT.format(text.replace("\n", "\n" + " " * 12)))).shared_saves
    assert [one.change.as_string() for one in found] == expected
    assert all(one.edit is not None and one.edit.replacement == ".clone()" for one in found)
