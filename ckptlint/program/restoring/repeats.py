"""Where the boundary that a restart has brought back is yielded once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import editing
from ckptlint.program.interpretation.evaluation import truth_of
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    Constant,
    Opaque,
    constant,
    is_unchanged,
    reads_of,
)
from ckptlint.program.restoring.parents import ReadBack
from ckptlint.program.restoring.trials import fields_read, in_order, is_given
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.program.module import Module
    from ckptlint.program.restoring.trials import Boundary, Trial

_NEW_FLAG = "restored"


@dataclass(frozen=True, slots=True)
class RepeatedBoundary:
    """A yield that hands out the restored boundary as it was brought back.

    Parameters
    ----------
    node : Yield or YieldFrom
        The yield, or the ``yield from`` that passes it on from another module.
    reads : tuple[ReadBack, ...]
        Where the boundary is read back, in the order of the text.
    flag : str or None
        The local that is true where it was restored and false where it was not.
    """

    node: nodes.NodeNG
    reads: tuple[ReadBack, ...]
    flag: str | None


def repeated_boundaries(
    restarts: tuple[Trial, ...], fresh: Callable[[], tuple[Trial, ...]]
) -> tuple[RepeatedBoundary, ...]:
    """Find the yields at which a restart hands out what it has restored.

    Parameters
    ----------
    restarts : tuple[Trial, ...]
        The rollouts, restarted.
    fresh : callable
        Runs the rollouts with nothing restored; called only if something was found.
    """
    found: dict[nodes.NodeNG, RepeatedBoundary] = {}
    for trial in restarts:
        repeats = [one for one in trial.boundaries if _is_repeated(one)]
        for boundary in repeats:
            if boundary.site is None or boundary.site in found:
                continue
            alike = [one for one in repeats if one.site is boundary.site]
            reads = in_order({read for one in alike for read in fields_read(one.x)})
            found[boundary.site] = RepeatedBoundary(
                boundary.site,
                tuple(ReadBack(read, trial.interpreter.module_of(read)) for read in reads),
                _flag(boundary, alike, fresh()),
            )
    return tuple(sorted(found.values(), key=lambda one: (one.node.lineno, one.node.col_offset)))


def _is_repeated(boundary: Boundary) -> bool:
    """Tell whether a boundary is the restored one, tensor and coordinates.

    What was saved last must be what is yielded: a rollout that saves ahead yields it later, and
    rightly so after a restart.
    """
    x, coords = boundary.x, boundary.coords
    fields = fields_read(x)
    if not fields or not isinstance(x, Opaque) or not x.is_unchanged:
        return False
    if any(is_given(read) for read in reads_of(x)):
        return False
    if boundary.has_coords and not is_unchanged(coords):
        return False
    if _is_chosen(boundary):
        return False
    saved = (boundary.yielded.world.get(("saved", name)) for name in fields.values())
    return all(value is None or value == UNKNOWN or is_unchanged(value) for value in saved)


def _is_chosen(boundary: Boundary) -> bool:
    """Tell whether the yield stands under a condition that is open after a restart.

    A setting of the model may ask for the boundary once more; a loop that goes through what is done
    may have skipped it, by a ``continue`` on such a condition.
    """
    frame, world = boundary.yielded.frame, boundary.yielded.world
    inner, around = boundary.node, boundary.node.parent
    while around is not frame.scope and around is not None:
        is_tested = isinstance(around, nodes.If) and inner is not around.test
        if is_tested and truth_of(around.test, world, frame) is None:
            return True
        if isinstance(around, nodes.For | nodes.While) and inner in around.body:
            skips = filter(_skips, around.body[: around.body.index(inner)])
            if any(truth_of(skip.test, world, frame) is None for skip in skips):
                return True
        inner, around = around, around.parent
    return False


def _skips(statement: nodes.NodeNG) -> bool:
    return isinstance(statement, nodes.If) and isinstance(statement.body[-1], nodes.Continue)


def _flag(boundary: Boundary, alike: list[Boundary], fresh: tuple[Trial, ...]) -> str | None:
    """Name the local that tells the restored boundary from the first one."""
    first = [one for trial in fresh for one in trial.boundaries if one.node is boundary.node]
    if not first or boundary.node is not boundary.site:
        return None
    for key, value in boundary.yielded.world.items():
        name = key[1]
        if key[0] != "name" or not isinstance(name, str) or not isinstance(value, Constant):
            continue
        is_true = all(one.yielded.world.get(key) == constant(True) for one in alike)
        if is_true and all(one.yielded.world.get(key) == constant(False) for one in first):
            return name
    return None


def yield_only_at_the_start(module: Module, found: RepeatedBoundary) -> tuple[Edit, ...] | None:
    """Put the yield under ``if not FLAG``; None where no flag tells, or a loop goes round it.

    A flag that is thrown away, as in ``x, coords, _ = ...``, gets a name.
    """
    statement = found.node.parent
    scope = found.node.frame()
    if found.flag is None or not isinstance(statement, nodes.Expr) or _is_in_loop(statement):
        return None
    indentation = editing.indentation_of(module, statement)
    outer, inner = (editing.indentation_of(module, one) for one in (scope, scope.body[0]))
    if indentation is None or outer is None or inner is None or "\n" in module.text(statement):
        return None
    named = _named_flag(module, found.flag, scope)
    if named is None:
        return None
    flag, edits = named
    start = module.span(statement).start
    guard = f"if not {flag}:\n{indentation}{inner.removeprefix(outer)}"
    return (*edits, Edit(Span(start, start), guard))


def _named_flag(
    module: Module, flag: str, scope: nodes.FunctionDef
) -> tuple[str, tuple[Edit, ...]] | None:
    if flag.strip("_"):
        return flag, ()
    targets = [one for one in nodes_in(scope, nodes.AssignName) if one.name == flag]
    names = nodes_in(scope, (nodes.Name, nodes.AssignName))
    used = any(one.name == _NEW_FLAG for one in names)
    if len(targets) != 1 or used:
        return None
    return _NEW_FLAG, (Edit(module.span(targets[0]), _NEW_FLAG),)


def _is_in_loop(statement: nodes.NodeNG) -> bool:
    around = statement.parent
    while not isinstance(around, nodes.FunctionDef | nodes.Module):
        if isinstance(around, nodes.For | nodes.While):
            return True
        around = around.parent
    return False
