"""Saves of what the rollout does not go on with: what changes, where, and which save may move."""

from __future__ import annotations

import pytest
from restart_models import ask, model

_ROLLOUT = """
    def create_iterator(self, x, coords):
        x, coords, restored = self._restore(x, coords)
        if not restored:
            self._save(x, coords)
            yield x, coords
        while True:
            out = self._forward(x)
            {}
    """

Expected = list[tuple[tuple[str, ...], str, bool, bool]]
"""The names, the change, whether it comes after the yield, and whether the save can be moved."""

FOUND: dict[str, tuple[str, Expected]] = {
    "a hook": (
        "x = out.clone()\n_save\nx, coords = self.rear_hook(x, coords)\nyield x, coords",
        [(("x", "coords"), "(x, coords) = self.rear_hook(x, coords)", False, True)],
    ),
    "half of it": ("x = out\n_save\nx = 0.5 * x\nyield x", [(("x",), "x = 0.5 * x", False, True)]),
    "an item": ("x = out\n_save\nx[0] *= 2\nyield x", [(("x",), "x[0] *= 2", False, True)]),
    "in place": ("x = out\n_save\nx.mul_(2)\nyield x", [(("x",), "x.mul_(2)", False, True)]),
    "into it": (
        "x = out\n_save\ntorch.sin(out, out=x)\nyield x",
        [(("x",), "torch.sin(out, out=x)", False, True)],
    ),
    "in a branch": (
        "x = out\n_save\nif self.damps:\n    x = x * 2\nyield x",
        [(("x",), "x = x * 2", False, False)],
    ),
    "after the yield": ("_save\nyield out\nx = out", [(("x",), "x = out", True, False)]),
    "what another name holds": ("_save\nkept = x\nyield out\nx = kept", []),
    "the step after the yield": ("x = out\n_save\nyield x, coords\nx = x.clone()", []),
    "for the output": ("x = out\n_save\ny = x * 2\nyield y", []),
    "taken back": ("x = out\n_save\nkept = x\nx = x * 2\nyield x\nx = kept", []),
    "saved once more": ("x = out\n_save\nx = x * 2\n_save\nyield x", []),
    "a copy": ("x = out\n_save\nx = x.detach().clone()\nyield x", []),
    "an unseen function": ("x = out\n_save\nx = load(x)\nyield x", []),
    "another local": ("x = out\n_save\nout = out * 2\nyield out", []),
    "the state holds it": (
        "x = out\nself.restart.x = x\nself.restart.coords = coords\nx.mul_(2)\nyield x",
        [],
    ),
    "the state held it": (
        "x = out\nself.restart.x = x\nself.restart.coords = coords\nx = x * 2\nyield x",
        [(("x",), "x = x * 2", False, False)],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_changes_after_it_is_saved(name: str) -> None:
    text, expected = FOUND[name]
    lines = text.replace("_save\n", "self._save(x, coords)\n").replace("\n", "\n" + " " * 12)
    found = ask(model(_ROLLOUT.format(lines))).stale_saves
    assert [
        (one.names, one.change.as_string(), one.is_after, one.moved is not None) for one in found
    ] == expected


def test_what_is_done_again_after_a_restore_is_no_change() -> None:
    text = """
        def create_iterator(self, x, coords):
            x, coords, restored = self._restore(x, coords)
            if restored:
                x = self.rear_hook(x)
            while True:
                x = self._forward(x)
                self._save(x, coords)
                x = self.rear_hook(x)
                yield x, coords
        """
    assert ask(model(text)).stale_saves == ()


def test_a_yield_that_lacks_its_save_is_another_question() -> None:
    text = """
        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            while True:
                x = x + 1
                yield x, coords
                self._save(x, coords)
        """
    asked = ask(model(text))
    assert len(asked.unsaved_yields) == 1
    assert asked.stale_saves == ()
