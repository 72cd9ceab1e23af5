"""Saves that wait for a flush: the condition to blame, what it skips, how it is taken out."""

from __future__ import annotations

import pytest
from restart_models import ask, model
from source_trees import apply

_ROLLOUT = """
    def create_iterator(self, x, coords):
        x, coords, _ = self._restore(x, coords)
        while True:
            {}
            yield x, coords
            x = x + 1
    """

FOUND = {
    "an if": (
        "if self.restart.checkpoint_is_flush_due:\n                self._save(x, coords)",
        ["self._save(x, coords)"],
    ),
    "a fast way": (
        "self.restart.checkpoint_is_flush_due and self._save(x, coords)",
        ["self._save(x, coords)"],
    ),
    "a local": (
        "due = self.restart.checkpoint_is_flush_due\n"
        "            if not due:\n                self.count += 1\n"
        "            else:\n                self.restart.x = x",
        ["self.restart.x = x"],
    ),
    "asked twice, the save reached without": (
        "if self.restart.checkpoint_is_flush_due:\n                self._save(x, coords)\n"
        "            if not self.restart.checkpoint_is_flush_due:\n"
        "                self._save(x, coords)",
        [],
    ),
    "or": (
        "if self.all or self.restart.checkpoint_is_flush_due:\n"
        "                self._save(x, coords)",
        [],
    ),
    "never saved": ("if self.restart.checkpoint_is_flush_due:\n                print(x)", []),
    "saved behind": (
        "if self.restart.checkpoint_is_flush_due:\n                print(x)\n"
        "            self._save(x, coords)",
        [],
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_saved_only_where_a_flush_is_due(name: str) -> None:
    text, expected = FOUND[name]
    found = ask(model(_ROLLOUT.format(text))).saves_when_due
    assert [one.save.node.as_string() for one in found] == expected
    assert [one.boundary.node.as_string() for one in found] == ["yield (x, coords)"] * len(found)


TAKEN_OUT = {
    "first of two": (
        "if {due} and {level}:\n    {save}",
        "if {level}:\n    {save}",
    ),
    "last of three": (
        "if self.a and self.b and {due}:\n    {save}",
        "if self.a and self.b:\n    {save}",
    ),
    "two lines": (
        "if ({level}\n    and {due}):\n    {save}",
        "if ({level}):\n    {save}",
    ),
    "alone": ("if {due}:\n    # kept\n    {save}", None),
    "alone, with two lines": (
        "if {due}:\n    self.restart.x = x.clone(\n    )\n    self.restart.y = 1",
        "self.restart.x = x.clone(\n)\nself.restart.y = 1",
    ),
    "with else": ("if {due}:\n    {save}\nelse:\n    print(x)", None),
    "beside a comment": (
        "if ({level}  # why\n    and {due}):\n    {save}",
        None,
    ),
    "with more than a save": (
        "if {level} and {due}:\n    {save}\n    print(x)",
        None,
    ),
    "with what it saves": (
        "if {level} and {due}:\n    kept = x.clone()\n    self._save(kept, coords)",
        "if {level}:\n    kept = x.clone()\n    self._save(kept, coords)",
    ),
    "with what is used elsewhere": (
        "if {level} and {due}:\n    x = x.clone()\n    self._save(x, coords)",
        None,
    ),
}


@pytest.mark.parametrize("name", TAKEN_OUT)
def test_how_the_condition_is_taken_out(name: str) -> None:
    before, after = TAKEN_OUT[name]
    words = {"due": "self.restart.checkpoint_is_flush_due", "save": "self._save(x, coords)"}
    words["level"] = "self.restart.checkpoint_level == 2"

    def rollout(lines: str) -> str:
        return model(_ROLLOUT.format(lines.format(**words).replace("\n", "\n" + " " * 12)))

    text = rollout(before)
    (found,) = ask(text).saves_when_due
    assert (found.edits is None) is (after is None)
    if after is not None and found.edits is not None:
        assert apply(text, found.edits) == rollout(after)
