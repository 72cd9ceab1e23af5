"""Restores of half a boundary, and restores that look like it."""

from __future__ import annotations

import pytest
from restart_models import ask, model

BOTH = "x, coords = self.restart.x, self.restart.coords"
STEP = "x, coords = self.net(x), self.output_coords(coords)"


def rollout(restore: str, step: str = STEP, rest: str = "") -> str:
    """Write a rollout that restores by some lines and then steps by others."""
    restored = "".join(f"        {line}\n" for line in restore.split("\n"))
    stepped = "".join(f"        {line}\n" for line in step.split("\n"))
    return model(
        "def create_iterator(self, x, coords):\n"
        "    if self.restart.checkpoint_state_loaded:\n"
        f"{restored}"
        "    else:\n"
        "        yield x, coords\n"
        "    while True:\n"
        f"{stepped}"
        "        self._save(x, coords)\n"
        "        yield x, coords\n"
        f"{rest}"
    )


def partial(text: str) -> list[tuple[str, str]]:
    """Return where half a boundary is restored, as a text, and which half."""
    asked = ask(text)
    return [(asked.text(found.node), found.restored.value) for found in asked.partial_restores]


PARTIAL = {
    "the tensor": ("x = self.restart.x", ("self.restart.x", "x")),
    "the tensor and no pair": (
        "x, _ = self.restart.x, self.restart.coords",
        ("self.restart.x", "x"),
    ),
    "a tensor that is moved": ("x = self.restart.x.to(x.device)", ("self.restart.x", "x")),
    "by a helper": ("x, _, _ = self._restore(x, coords)", ("self.restart.x", "x")),
    "by getattr": ("x = getattr(self.restart, 'x')", ("getattr(self.restart, 'x')", "x")),
    "beside a copy": (
        "x, coords = self.restart.x, coords.copy()",
        ("self.restart.x", "x"),
    ),
    "the coordinates": ("coords = self.restart.coords", ("self.restart.coords", "coords")),
    "a dict of coordinates": (
        "coords = dict(zip(self.restart.keys, self.restart.values))",
        ("self.restart.keys", "coords"),
    ),
}


@pytest.mark.parametrize(("restore", "found"), PARTIAL.values(), ids=PARTIAL.keys())
def test_half_a_boundary_is_restored(restore: str, found: tuple[str, str]) -> None:
    assert partial(rollout(restore)) == [found]


WHOLE = {
    "both": BOTH,
    "by a helper": "x, coords, _ = self._restore(x, coords)",
    "the lead time alone": "x = self.restart.x\ncoords['lead_time'] = self.restart.lead",
    "an update": "x = self.restart.x\ncoords.update(lead_time=self.restart.lead)",
    "copied into place": "x = self.restart.x\nnp.copyto(coords['lead_time'], self.restart.lead)",
    "a keyword": "x = self.restart.x\ncoords = OrderedDict(coords, lead_time=self.restart.lead)",
    "metadata": "x = self.restart.x\ncoords['lead_time'] = self.restart.checkpoint_lead_time",
    "other metadata": (
        "x = self.restart.x\n"
        "coords['lead_time'] = np.array([self.restart.checkpoint_metadata['lead_time']])"
    ),
    "counted writes": (
        "x = self.restart.x\ncoords['lead_time'] = 6 * self.restart.checkpoint_write_count"
    ),
    "held by the model": "x = self.restart.x\nself.start = self.restart.lead",
    "counted by the model": "x = self.restart.x\nself.step = 0\nself.step += self.restart.step",
    "held by another object": "x, coords.lead = self.restart.x, self.restart.lead",
    "held by a lambda": (
        "x, lead = self.restart.x, self.restart.lead\nmove = lambda one: one + lead\n"
        "coords = move(coords)"
    ),
    "held by a partial function": (
        "x = self.restart.x\nmove = partial(self._move, self.restart.lead)\ncoords = move(coords)"
    ),
    "nothing": "pass",
    "a setting": "x = x * self.restart.amplitude",
}


@pytest.mark.parametrize("restore", WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_boundary_is_restored(restore: str) -> None:
    assert partial(rollout(restore)) == []


UNCHANGING = {
    "coordinates that never change": ("x = self.restart.x", "x = self.net(x)"),
    "a tensor that never changes": (
        "coords = self.restart.coords",
        "coords = self.output_coords(coords)",
    ),
    "a view of one that never changes": (
        "coords = self.restart.coords",
        "x, coords = x[:, -1:], self.output_coords(coords)",
    ),
    "a tensor made from the coordinates": (
        "coords = self.restart.coords",
        "coords = self.output_coords(coords)\nx = self.source(coords)",
    ),
    "coordinates that are not seen": ("x = self.restart.x", "x, coords = self.net(x), self.now()"),
}


@pytest.mark.parametrize(("restore", "step"), UNCHANGING.values(), ids=UNCHANGING.keys())
def test_what_does_not_go_on_from_the_initial_condition_needs_no_restore(
    restore: str, step: str
) -> None:
    assert partial(rollout(restore, step)) == []


def test_each_function_that_restores_is_told_once() -> None:
    text = rollout("x = self.restart.x", f"{STEP}\nyield x, coords")
    (found,) = ask(text).partial_restores
    assert found.read.text == "self.restart.x"
    assert found.module.text(found.yielded) == "yield x, coords"
