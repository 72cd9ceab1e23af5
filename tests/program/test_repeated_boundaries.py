"""Yields that hand out a restored boundary once more, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from restart_models import ask, model
from source_trees import project_of

if TYPE_CHECKING:
    from pathlib import Path

RESTORE = "x, coords, restored = self._restore(x, coords)"
STEPS = (
    "while True:\n    x, coords = self.step(x, coords)\n"
    "    self._save(x, coords)\n    yield x, coords"
)


def iterator(lines: str, rest: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return f"def create_iterator(self, x, coords):\n{body}{rest}"


def repeated(text: str) -> list[str]:
    """Return the yields that repeat, as texts."""
    asked = ask(text)
    return [asked.text(found.node) for found in asked.repeated_boundaries]


REPEATED = {
    "as it is": f"{RESTORE}\nyield x, coords\n{STEPS}",
    "a pair by name": f"{RESTORE}\nboundary = x, coords\nyield boundary\n{STEPS}",
    "the tensor alone": f"{RESTORE}\nyield x\n{STEPS}",
    "a copy": f"{RESTORE}\nyield x.detach().clone().to('cpu'), coords.copy()\n{STEPS}",
    "a view": f"{RESTORE}\nyield x[:, -1:], coords\n{STEPS}",
    "saved first": f"{RESTORE}\nself._save(x, coords)\nyield x, coords\n{STEPS}",
    "in a loop that skips only after the yield": (
        f"{RESTORE}\nfor step in range(99):\n    yield x, coords\n"
        "    if step <= self.spin_up:\n        continue\n    x, coords = self.step(x, coords)"
    ),
    "after a check": f"{RESTORE}\nself.check(coords)\nyield x, coords\n{STEPS}",
    "a guard that is always true": (
        f"{RESTORE}\nif not restored or self.restart.checkpoint_level > 0:\n"
        f"    yield x, coords\n{STEPS}"
    ),
    "coordinates part by part": (
        f"{RESTORE}\ncoords = {{key: np.asarray(one).copy() for key, one in coords.items()}}\n"
        f"yield x, coords\n{STEPS}"
    ),
    "put in place": (
        "coords = coords.copy()\nif self.restart.checkpoint_state_loaded:\n"
        "    x = self.restart.x\n    coords['lead_time'] = self.restart.lead\n"
        f"yield x, coords\n{STEPS}"
    ),
    "the lead from metadata": (
        "x, _, restored = self._restore(x, coords)\ncoords = coords.copy()\n"
        "coords['lead_time'] = np.array([self.restart.checkpoint_lead_time])\n"
        f"yield x, coords\n{STEPS}"
    ),
    "rebuilt by a function": (
        "if self.restart.checkpoint_state_loaded:\n"
        "    x, coords = self.restart.x, rebuild(self.restart.coords)\n"
        f"yield x, coords\n{STEPS}"
    ),
}


@pytest.mark.parametrize("lines", REPEATED.values(), ids=REPEATED.keys())
def test_a_restored_boundary_is_yielded_again(lines: str) -> None:
    (found,) = repeated(model(iterator(lines)))
    assert found.startswith("yield ")
    assert "yield x, coords" in found or found in lines


NOT_REPEATED = {
    "guarded": f"{RESTORE}\nif not restored:\n    yield x, coords\n{STEPS}",
    "a step between": f"{RESTORE}\nx = self.step(x)\nyield x, coords\n{STEPS}",
    "arithmetic": f"{RESTORE}\nyield 0.5 * x, coords\n{STEPS}",
    "the lead moved on": (
        f"{RESTORE}\ncoords['lead_time'] = coords['lead_time'] + 6\nyield x, coords\n{STEPS}"
    ),
    "the lead moved on in place": (
        f"{RESTORE}\ncoords['lead_time'] += 6\nyield x, coords\n{STEPS}"
    ),
    "other coordinates": f"{RESTORE}\nyield x, self.output_coords(coords)\n{STEPS}",
    "each coordinate moved on": (
        f"{RESTORE}\ncoords = {{key: one + 6 for key, one in coords.items()}}\n"
        f"yield x, coords\n{STEPS}"
    ),
    "a keyword put in": (
        f"{RESTORE}\ncoords = OrderedDict(coords, lead_time=self.lead)\nyield x, coords\n{STEPS}"
    ),
    "saved ahead": (
        f"{RESTORE}\nwhile True:\n    following = self.step(x, coords)\n"
        "    self._save(*following)\n    yield x, coords\n    x, coords = following"
    ),
    "a setting asks for it": f"{RESTORE}\nif self.repeats:\n    yield x, coords\n{STEPS}",
    "a loop skips what is done": (
        f"{RESTORE}\ndone = self.restart.done if restored else -1\n"
        "for step in range(99):\n    if step <= done:\n        continue\n"
        "    if step > 0:\n        x, coords = self.step(x, coords)\n"
        "    self._save(x, coords)\n    yield x, coords"
    ),
    "nothing yielded": f"{RESTORE}\nyield\n{STEPS}",
    "dropped": (
        f"{RESTORE}\nsteps = self._steps(x, coords)\nif restored:\n    next(steps)\n"
        "for boundary in steps:\n    yield boundary"
    ),
    "sliced": (f"{RESTORE}\nyield from islice(self._steps(x, coords), int(restored), None)"),
    "returned in slices": (
        f"{RESTORE}\nreturn islice(self._steps(x, coords), int(restored), None)"
    ),
    "the consumer chooses": (
        f"{RESTORE}\nfor boundary in self._steps(x, coords):\n    if not restored:\n"
        "        yield boundary\n    restored = False"
    ),
}

INNER = """
def _steps(self, x, coords):
    yield x, coords
    while True:
        x, coords = self.step(x, coords)
        yield x, coords
"""


@pytest.mark.parametrize("lines", NOT_REPEATED.values(), ids=NOT_REPEATED.keys())
def test_what_looks_like_a_repeat_is_none(lines: str) -> None:
    assert repeated(model(iterator(lines, INNER))) == []


HANDED_ON = {
    "delegated": f"{RESTORE}\nyield from self._steps(x, coords)",
    "returned": f"{RESTORE}\nreturn self._steps(x, coords)",
    "by a loop": f"{RESTORE}\nfor one, where in self._steps(x, coords):\n    yield one, where",
    "counted": f"{RESTORE}\nfor number, one in enumerate(self._steps(x, coords)):\n    yield one",
    "by a name": f"{RESTORE}\nsteps = self._steps(x, coords)\nfor one in steps:\n    yield one",
    "by a starred pair": (
        f"{RESTORE}\nstart = x, coords\nfor one in self._steps(*start):\n    yield one"
    ),
}


@pytest.mark.parametrize("lines", HANDED_ON.values(), ids=HANDED_ON.keys())
def test_a_generator_that_is_handed_on_whole_is_judged(lines: str) -> None:
    assert repeated(model(iterator(lines, INNER))) == ["yield x, coords"]


def test_it_is_told_where_the_boundary_is_read_back_and_which_flag_tells() -> None:
    (found,) = ask(model(iterator(f"{RESTORE}\nyield x, coords\n{STEPS}"))).repeated_boundaries
    assert [read.text for read in found.reads] == ["self.restart.x"]
    assert found.flag == "restored"


def test_no_flag_is_told_where_it_is_the_same_on_both_ways() -> None:
    lines = f"x, coords, _ = self._restore(x, coords)\nrestored = True\nyield x, coords\n{STEPS}"
    (found,) = ask(model(iterator(lines))).repeated_boundaries
    assert found.flag == "_"


FIXES = {
    "a flag": (
        f"{RESTORE}\nyield x, coords",
        f"{RESTORE}\nif not restored:\n    yield x, coords",
    ),
    "a flag thrown away": (
        "x, coords, _ = self._restore(x, coords)\nyield x, coords",
        f"{RESTORE}\nif not restored:\n    yield x, coords",
    ),
    "the new name is taken": (
        "restored = 1\nx, coords, _ = self._restore(x, coords)\nyield x, coords",
        None,
    ),
    "in a loop": (f"{RESTORE}\nwhile True:\n    yield x, coords", None),
    "a value is sent": (f"{RESTORE}\nsent = yield x, coords", None),
    "not on a line of its own": (f"{RESTORE}; yield x, coords", None),
}


@pytest.mark.parametrize(("lines", "fixed"), FIXES.values(), ids=FIXES.keys())
def test_the_yield_is_put_under_the_flag(lines: str, fixed: str | None) -> None:
    text = model(iterator(lines))
    asked = ask(text)
    (found,) = asked.repeated_boundaries
    edits = asked.yield_only_at_the_start(found)
    if fixed is None:
        assert edits is None
        return
    assert edits is not None
    rows = text.split("\n")
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        (row, start), (last, end) = edit.span.start, edit.span.end
        assert row == last
        line = rows[row - 1]
        rows[row - 1] = line[: start - 1] + edit.replacement + line[end - 1 :]
    assert "\n".join(rows) == model(iterator(fixed))


def test_a_parent_elsewhere_is_judged_where_it_is_started(tmp_path: Path) -> None:
    files = {
        "steps.py": "class Steps:\n"
        + "".join(f"    {line}\n" if line else "\n" for line in INNER.strip().split("\n"))
    }
    project = project_of(tmp_path, files)
    text = model(
        iterator(f"{RESTORE}\nyield from self._steps(x, coords)"),
        bases="Steps",
        head="from steps import Steps\n",
    )
    asked = ask(text, project=project)
    found = [asked.text(one.node) for one in asked.repeated_boundaries]
    assert found == ["yield from self._steps(x, coords)"]
