"""Restores that nothing guards: made at the wrong level, or with nothing loaded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Class, Method
from ckptlint.program.interpretation.values import is_unchanged, reads_of
from ckptlint.program.restoring.parents import ReadBack
from ckptlint.program.restoring.trials import (
    field_name,
    fields_read,
    in_order,
    is_restored_in_place,
)
from ckptlint.program.restoring.ways import place_of
from ckptlint.program.rollouts import ENTRIES
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Trial


class Lack(StrEnum):
    """What a restore does not ask for."""

    LEVEL = "level"
    """It is made under level 1 too, where a rollout begins at its initial condition."""
    LOADED = "loaded"
    """It is made with nothing loaded, from what an earlier rollout of the session has saved."""


_MISSING: Final = {Lack.LEVEL: "checkpoint_level", Lack.LOADED: "checkpoint_state_loaded"}
_SELECTED: Final = "checkpoint_selected"


@dataclass(frozen=True, slots=True)
class UnguardedRestore:
    """A restore that is made where nothing is to be restored.

    Parameters
    ----------
    node : NodeNG
        Where it is made: where the state is read back, or the call that leads there.
    read : ReadBack
        Where the state is read back.
    lack : Lack
        What it does not ask for.
    condition : NodeNG or None
        The condition that it stands under, in the same function, if there is one.
    """

    node: nodes.NodeNG
    read: ReadBack
    lack: Lack
    condition: nodes.NodeNG | None

    @property
    def asks_for_selected(self) -> bool:
        """Whether it asks if a row is selected, which a session's own first write makes true."""
        return self.condition is not None and any(_named(self.condition, _SELECTED))


def unguarded_restores(
    restarts: tuple[Trial, ...],
    at_lower_level: Callable[[], tuple[Trial, ...]],
    with_nothing_loaded: Callable[[], tuple[Trial, ...]],
) -> tuple[UnguardedRestore, ...]:
    """Find the restores that are made in sessions that should restore nothing.

    One function's restores count once.

    Parameters
    ----------
    restarts : tuple[Trial, ...]
        The rollouts, restarted inside.
    at_lower_level, with_nothing_loaded : callable
        Run the rollouts in such sessions; called only if a restart restores anything.
    """
    wanted: dict[object, set[nodes.NodeNG]] = {}
    for trial in restarts:
        restored = _restored_in(trial)
        advanced = _advanced_fields(trial)
        wanted[trial.rollout.frame] = {read for read in restored if field_name(read) in advanced}
    if not any(wanted.values()):
        return ()
    found: dict[nodes.NodeNG, UnguardedRestore] = {}
    for lack, tried in (
        (Lack.LEVEL, at_lower_level()),
        (Lack.LOADED, with_nothing_loaded()),
    ):
        for trial in tried:
            if lack is Lack.LEVEL and _knows_of_level_one(trial.rollout.frame.concrete):
                continue
            known = wanted.get(trial.rollout.frame, set())
            if lack is Lack.LOADED:
                cleared = _cleared_fields(trial.rollout.frame.concrete)
                known = {read for read in known if field_name(read) not in cleared}
            for read in _tensors_first(known & _restored_in(trial), trial):
                node = place_of(read, trial.interpreter)
                if node is not None and (node is read or not _is_judged_elsewhere(read, trial)):
                    read_back = ReadBack(read, trial.interpreter.module_of(read))
                    one = UnguardedRestore(node, read_back, lack, _condition_of(node))
                    found.setdefault(node.frame(), one)
    return tuple(sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset)))


def _tensors_first(reads: set[nodes.NodeNG], trial: Trial) -> list[nodes.NodeNG]:
    """Give reads in the order of the text, those that the yielded tensor is made from first."""
    of_tensors = {read for boundary in trial.boundaries for read in fields_read(boundary.x)}
    return [*in_order(reads & of_tensors), *in_order(reads - of_tensors)]


def _restored_in(trial: Trial) -> set[nodes.NodeNG]:
    """Give the reads from which a trial's boundaries are made, in place of what is given."""
    return {
        read
        for boundary in trial.boundaries
        for part in (boundary.x, boundary.coords)
        if is_restored_in_place(part)
        for read in fields_read(part)
    }


def _advanced_fields(trial: Trial) -> set[str]:
    """Name the fields that are saved with what a step has made.

    One that holds what the rollout was given, or a setting, is the same at every level.
    """
    return {
        str(key[1])
        for boundary in trial.boundaries
        for key, value in boundary.yielded.world.items()
        if key[0] == "saved" and reads_of(value) and not is_unchanged(value)
    }


def _knows_of_level_one(concrete: Class | None) -> bool:
    """Tell whether a model treats level 1 as a case of its own: it may restore a start there."""
    for ancestor in concrete.mro if concrete is not None else ():
        if not isinstance(ancestor, Class):
            continue
        for compared in nodes_in(ancestor.node, nodes.Compare):
            (sign, right), *_ = compared.ops
            is_one = isinstance(right, nodes.Const) and right.value == 1
            if is_one and sign in ("==", "!=", "is", "is not") and "level" in compared.as_string():
                return True
        for case in nodes_in(ancestor.node, nodes.MatchValue):
            if isinstance(case.value, nodes.Const) and case.value.value == 1:
                return True
    return False


def _cleared_fields(concrete: Class | None) -> set[str]:
    """Name the fields that a rollout may leave empty, so that the next one finds nothing there.

    A save that clears a field below its level does not count.
    """
    found: set[str] = set()
    for ancestor in concrete.mro if concrete is not None else ():
        if not isinstance(ancestor, Class):
            continue
        for function in nodes_in(ancestor.node, nodes.FunctionDef):
            cleared: set[str] = set()
            filled: set[str] = set()
            for assignment in nodes_in(function, nodes.Assign):
                value = assignment.value
                is_empty = isinstance(value, nodes.Const) and value.value is None
                names = {
                    one.attrname
                    for target in assignment.targets
                    for one in nodes_in(target, nodes.AssignAttr)
                }
                if is_empty and _is_last(assignment):
                    found |= names
                elif is_empty:
                    cleared |= names
                else:
                    filled |= names
            found |= cleared - filled
    return found


def _is_last(statement: nodes.NodeNG) -> bool:
    """Tell whether a statement stands in a ``finally``."""
    around = statement.parent
    while not isinstance(around, nodes.FunctionDef):
        if isinstance(around, nodes.Try) and statement in around.finalbody:
            return True
        statement, around = around, around.parent
    return False


def _is_judged_elsewhere(read: nodes.NodeNG, trial: Trial) -> bool:
    """Tell whether the class in which state is read back has a rollout of its own."""
    owner = trial.interpreter.module_of(read).class_of(read.frame())
    return owner is not None and any(isinstance(owner.lookup(name), Method) for name in ENTRIES)


def _condition_of(node: nodes.NodeNG) -> nodes.NodeNG | None:
    """Give the test that a restore stands under, or that leaves its function before it."""
    inner, around = node, node.parent
    while not isinstance(around, nodes.FunctionDef | nodes.Module):
        is_chosen = isinstance(around, nodes.If) and inner in around.body
        is_chosen |= isinstance(around, nodes.IfExp) and inner is around.body
        if is_chosen and _asks_state(around.test):
            return around.test
        inner, around = around, around.parent
    for statement in around.body:
        if statement is inner:
            break
        if (
            isinstance(statement, nodes.If)
            and isinstance(statement.body[-1], nodes.Return)
            and not statement.orelse
            and _asks_state(statement.test)
        ):
            return statement.test
    return None


def _asks_state(test: nodes.NodeNG) -> bool:
    """Tell whether a test asks the bound state, or a method of the model."""
    return next(iter(nodes_in(test, nodes.Attribute)), None) is not None


def _named(test: nodes.NodeNG, name: str) -> Iterator[nodes.Attribute]:
    return (one for one in nodes_in(test, nodes.Attribute) if one.attrname == name)


def guarded(module: Module, found: UnguardedRestore) -> tuple[Edit, ...] | None:
    """Put what is missing into the condition; None where that cannot simply be done.

    A condition that restores gets it by ``and``, one that leaves before the restore by ``or``.
    """
    test, read = found.condition, found.node
    if test is None or not isinstance(read, nodes.Attribute):
        return None
    if next(iter(nodes_in(test, nodes.NamedExpr)), None) is not None:
        return None
    leaves = _leaves(test, read)
    wrong = list(_named(test, _SELECTED if found.lack is Lack.LOADED else _MISSING[Lack.LEVEL]))
    if wrong:
        return _replaced(module, wrong, found.lack, leaves=leaves)
    joined = isinstance(test, nodes.BoolOp) and test.op != ("or" if leaves else "and")
    if joined or isinstance(test, nodes.IfExp | nodes.Lambda):
        return None
    state = module.text(read.expr)
    if found.lack is Lack.LEVEL:
        asked = f"{state}.checkpoint_level {'!=' if leaves else '=='} 2"
    else:
        asked = f"{'not ' if leaves else ''}{state}.checkpoint_state_loaded"
    start = module.span(test).start
    return (Edit(Span(start, start), f"{asked} {'or' if leaves else 'and'} "),)


def _leaves(test: nodes.NodeNG, read: nodes.NodeNG) -> bool:
    """Tell whether the restore comes only after the statement that `test` belongs to."""
    around = read
    while around is not None:
        if around is test.parent:
            return False
        around = around.parent
    return True


def _replaced(
    module: Module, wrong: list[nodes.Attribute], lack: Lack, *, leaves: bool
) -> tuple[Edit, ...] | None:
    """Ask for the right thing instead of the wrong one, where that is asked for once."""
    if len(wrong) != 1:
        return None
    attribute = wrong[0]
    state = module.text(attribute.expr)
    if lack is Lack.LOADED:
        return (Edit(module.span(attribute), f"{state}.checkpoint_state_loaded"),)
    node = attribute.parent
    match node:
        case nodes.Compare():
            if len(node.ops) != 1 or node.left is not attribute:
                return None
            if isinstance(node.parent, nodes.UnaryOp):
                return None
        case nodes.UnaryOp() if not leaves:
            return None
        case nodes.UnaryOp():
            pass
        case _ if leaves:
            return None
        case _:
            node = attribute
    return (Edit(module.span(node), f"{state}.checkpoint_level {'!=' if leaves else '=='} 2"),)
