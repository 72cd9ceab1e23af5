"""Restores that are made in sessions that should restore nothing, and guards of all kinds."""

from __future__ import annotations

import pytest
from restart_models import ask, model

STEPS = """
def create_iterator(self, x, coords):
    x, coords, restored = self._resume(x, coords)
    if not restored:
        self._save(x, coords)
        yield x, coords
    while True:
        x, coords = self.net(x), self.output_coords(coords)
        self._save(x, coords)
        yield x, coords

def _again(self):
    return self.restart.x, self.restart.coords, True
"""
BOTH = "self.restart.checkpoint_level == 2 and self.restart.checkpoint_state_loaded"


def resuming(lines: str, rest: str = "", *, head: str = "") -> str:
    """Write a model whose `_resume` has these lines."""
    body = "".join(f"    {line}\n" for line in lines.split("\n"))
    return model(f"{STEPS}\ndef _resume(self, x, coords):\n{body}{rest}", head=head)


def under(condition: str) -> str:
    return (
        f"if {condition}:\n    return self.restart.x, self.restart.coords, True\n"
        "return x, coords, False"
    )


def after(condition: str) -> str:
    return (
        f"if {condition}:\n    return x, coords, False\n"
        "return self.restart.x, self.restart.coords, True"
    )


def unguarded(text: str) -> list[str]:
    """Return what the restores do not ask for."""
    return [found.lack.value for found in ask(text).unguarded_restores]


LOADED = "self.restart.checkpoint_state_loaded"
LEVEL = "self.restart.checkpoint_level"

UNGUARDED = {
    "loaded alone": (under(LOADED), "level"),
    "loaded and held": (under(f"{LOADED} and self.restart.x is not None"), "level"),
    "which run it is": (under(f"{LOADED} and self.restart.run == coords['time']"), "level"),
    "levels from 1 on": (under(f"{LEVEL} >= 1 and {LOADED}"), "level"),
    "some level": (under(f"{LEVEL} and {LOADED}"), "level"),
    "enabled": (under(f"self.restart.checkpoint_enabled and {LOADED}"), "level"),
    "left at level 0": (after(f"{LEVEL} == 0 or not {LOADED}"), "level"),
    "another level than 0": (under(f"{LEVEL} not in (0,) and {LOADED}"), "level"),
    "by an expression": (f"return self._again() if {LOADED} else (x, coords, False)", "level"),
    "selected": (under(f"{LEVEL} == 2 and self.restart.checkpoint_selected"), "loaded"),
    "held": (under(f"{LEVEL} == 2 and self.restart.x is not None"), "loaded"),
    "a level alone": (under(f"{LEVEL} == 2"), "loaded"),
    "left where no row is selected": (
        after(f"{LEVEL} != 2 or not self.restart.checkpoint_selected"),
        "loaded",
    ),
}


@pytest.mark.parametrize(("lines", "lack"), UNGUARDED.values(), ids=UNGUARDED.keys())
def test_a_restore_is_not_guarded(lines: str, lack: str) -> None:
    assert unguarded(resuming(lines)) == [lack]


GUARDED = {
    "both": under(BOTH),
    "at least 2": under(f"{LEVEL} >= 2 and {LOADED}"),
    "more than 1": under(f"{LEVEL} > 1 and {LOADED}"),
    "turned round": under(f"2 == {LEVEL} and {LOADED}"),
    "a chain": under(f"1 < {LEVEL} <= 2 and {LOADED}"),
    "one of a list": under(f"{LEVEL} in (2, 3) and {LOADED}"),
    "none of a list": under(f"{LEVEL} not in (0, 1) and {LOADED}"),
    "an enumeration": under(f"{LEVEL} == Level.ROLLOUT and {LOADED}"),
    "at least one of an enumeration": under(f"{LEVEL} >= Level.ROLLOUT and {LOADED}"),
    "no enumeration": after(f"{LEVEL} != Level.ROLLOUT or not {LOADED}"),
    "below an enumeration": after(f"{LEVEL} < Level.ROLLOUT or not {LOADED}"),
    "an integer": under(f"int({LEVEL}) == 2 and {LOADED}"),
    "by getattr": under(f"getattr(self.restart, 'checkpoint_level', 0) == 2 and {LOADED}"),
    "left early": after(f"{LEVEL} < 2 or not {LOADED}"),
    "left one by one": f"if {LEVEL} != 2:\n    return x, coords, False\n{under(LOADED)}",
    "refused": f"if {LEVEL} != 2:\n    raise ValueError('restart at level 2')\n{under(LOADED)}",
    "asserted": f"assert {LEVEL} == 2\n{under(LOADED)}",
    "by a name": f"level = {LEVEL}\nis_due = level == 2 and {LOADED}\n{under('is_due')}",
    "by an attribute": f"self.is_due = {BOTH}\n{under('self.is_due')}",
    "nested": f"if {LEVEL} == 2:\n    if {LOADED}:\n        return self._again()\n"
    "return x, coords, False",
    "by match": f"match {LEVEL}:\n    case 2 if {LOADED}:\n        return self._again()\n"
    "    case _:\n        return x, coords, False",
    "by an expression": f"return self._again() if {BOTH} else (x, coords, False)",
    "by what is chosen": f"resume = self._again if {BOTH} else self._begin\nreturn resume()",
    "a setting": under(f"self.restarts_inside and {LOADED}"),
    "what is not seen": under(f"may_restore(self) and {LOADED}"),
    "another setting": after(f"self.level != 2 or not {LOADED}"),
    "a level that is computed": under(f"min({LEVEL}, self.most) == 2 and {LOADED}"),
    "nothing restored": "return x, coords, False",
    "only looked at": f"if {LOADED}:\n    self.check(self.restart.x)\nreturn x, coords, False",
    "a setting of the step": f"if {LOADED}:\n    x = x * self.restart.scale\n"
    "return x, coords, False",
    "level 1 is a case of its own": f"if {LEVEL} == 1:\n    return x, coords, False\n"
    + under(LOADED),
}


@pytest.mark.parametrize("lines", GUARDED.values(), ids=GUARDED.keys())
def test_a_guard_is_seen_or_taken_for_one(lines: str) -> None:
    rest = "\ndef _begin(self):\n    return self.x, self.coords, False\n"
    assert unguarded(resuming(lines, rest)) == []


ELSEWHERE = {
    "a method": ("self._due()", f"\ndef _due(self):\n    return {BOTH}\n"),
    "a property": ("self.due", f"\n@property\ndef due(self):\n    return {BOTH}\n"),
    "a longer property": (
        "self.due",
        f"\n@property\ndef due(self):\n    level = {LEVEL}\n    return level == 2 and {LOADED}\n",
    ),
    "a function": ("due(self.restart)", ""),
}


DUE = """
def due(state):
    return state.checkpoint_level == 2 and state.checkpoint_state_loaded
"""


@pytest.mark.parametrize(("condition", "rest"), ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_guard_stands_elsewhere(condition: str, rest: str) -> None:
    assert unguarded(resuming(under(condition), rest, head=DUE)) == []


def test_a_guard_elsewhere_that_lacks_the_level() -> None:
    rest = f"\ndef _due(self):\n    return {LOADED}\n"
    assert unguarded(resuming(under("self._due()"), rest)) == ["level"]


def test_what_is_the_same_at_every_level_may_be_restored() -> None:
    text = resuming(under(LOADED))
    saved = text.replace("self._save(x, coords)", "pass")
    assert unguarded(saved) == []
    before, _, after_it = text.rpartition("self._save(x, coords)")
    assert unguarded(f"{before}pass{after_it}") == []


CLEARED = {
    "at the end": "try:\n        yield x, coords\n    finally:\n        self.restart.x = None",
    "in a method of its own": "yield x, coords\n\ndef clear(self):\n    self.restart.x = None",
}


@pytest.mark.parametrize("lines", CLEARED.values(), ids=CLEARED.keys())
def test_a_rollout_that_leaves_nothing_is_not_gone_on_with(lines: str) -> None:
    condition = "self.restart.checkpoint_level == 2 and self.restart.x is not None"
    text = resuming(
        f"if {condition}:\n    return self.restart.x, coords, True\nreturn x, coords, False",
        f"\ndef _other(self, x, coords):\n    {lines}\n",
    )
    assert unguarded(text) == []
    without = text.replace("self.restart.x = None", "pass")
    assert unguarded(without) == ["loaded"]


FIXES = {
    "a chain": (under(LOADED), f"{LEVEL} == 2 and "),
    "a wrong comparison": (under(f"{LEVEL} >= 1 and {LOADED}"), f"{LEVEL} == 2"),
    "a level by its truth": (under(f"{LEVEL} and {LOADED}"), f"{LEVEL} == 2"),
    "an early return": (after(f"not {LOADED}"), f"{LEVEL} != 2 or "),
    "a wrong early return": (after(f"{LEVEL} == 0 or not {LOADED}"), f"{LEVEL} != 2"),
    "selected": (under(f"{LEVEL} == 2 and self.restart.checkpoint_selected"), LOADED),
    "nothing loaded": (under(f"{LEVEL} == 2 and self.restart.x is not None"), f"{LOADED} and "),
    "one or the other": (under(f"{LOADED} or self.restart.x is not None"), None),
    "a walrus": (under(f"(state := self.restart) and {LOADED}"), None),
    "a condition by its name": (f"is_due = {LOADED}\n{under('is_due')}", None),
}


@pytest.mark.parametrize(("lines", "written"), FIXES.values(), ids=FIXES.keys())
def test_what_is_missing_is_put_into_the_condition(lines: str, written: str | None) -> None:
    asked = ask(resuming(lines))
    (found,) = asked.unguarded_restores
    edits = asked.guarded(found)
    assert (edits and edits[0].replacement) == written
