"""Checkpoints that serve several runs: each run goes on from the row that another one left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.interpretation.frame import parameter_names
from ckptlint.program.interpretation.values import Function
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.identity import is_made_in, is_same_each_turn
from ckptlint.program.workflow.runs import checkpoints_of, reads, runs_of
from ckptlint.program.workflow.shared import leads_to
from ckptlint.program.workflow.varying import items_of, loops_around, made_from, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.runs import Run
    from ckptlint.program.workflow.scopes import Workflows
    from ckptlint.program.workflow.varying import Varied

_TELL_RUNS_APART: Final = frozenset({"metadata", "metadata_value", "labels", "catalog"})
"""What of a session tells whose row it is; who asks for it may tell runs apart."""

_CLEAR_OR_MOVE: Final = frozenset(
    {"chdir", "rmtree", "unlink", "remove", "rename", "replace", "move", "mkdtemp"}
)
"""What may put the store of each turn elsewhere, or empty it."""

_IDENTITY: Final = frozenset({"name", "path", "rank"})
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class ReusedCheckpoint:
    """A Checkpoint that more than one run is given.

    Parameters
    ----------
    use : NodeNG
        Where it serves a run again: the expression that is entered, or given on.
    made : Call
        The call that makes it.
    loop : For, comprehension or None
        The loop that makes the runs; None where they stand one after another.
    item : str
        What varies from run to run.
    earlier : Call or None
        The run that it served before, where there is no loop.
    is_sure : bool
        Whether a run is known to go on from the row, whatever the model does.
    """

    use: nodes.NodeNG
    made: nodes.Call
    loop: Varied | None
    item: str
    earlier: nodes.Call | None = None
    is_sure: bool = True


def reused_checkpoints(module: Module, workflows: Workflows) -> tuple[ReusedCheckpoint, ...]:
    """Find the Checkpoints of `module` that serve a run of another start in each turn of a loop.

    Quiet where the store differs from turn to turn, where the loop ends with the first run that
    succeeds, where the author tells the rows apart, and where the model does so.
    """
    if _is_identity_changed(module):
        return ()
    found: dict[nodes.NodeNG, ReusedCheckpoint] = {}
    runs = [run for run in runs_of(module, workflows) if run.may_take_any_row]
    for run in runs:
        reused = _in_a_loop(run, workflows)
        if reused is not None and not is_error_expected(reused.use):
            found.setdefault(reused.use, reused)
    for first, second in _one_after_another(runs):
        found.setdefault(
            second.shown,
            ReusedCheckpoint(second.shown, second.made, None, "time", first.call),
        )
    return tuple(sorted(found.values(), key=lambda one: (one.use.lineno, one.use.col_offset)))


def _is_identity_changed(module: Module) -> bool:
    return any(
        one.attrname in _IDENTITY and getattr(one.expr, "name", None) != "self"
        for one in nodes_in(module.tree, nodes.AssignAttr)
    )


def _in_a_loop(run: Run, workflows: Workflows) -> ReusedCheckpoint | None:
    """Follow what the run begins with, up through its callers, to a loop that varies it."""
    waiting = [(run.call, names_in(*run.inputs), run.opener.frame() is run.call.frame(), 0)]
    while waiting:
        anchor, needed, is_opened, depth = waiting.pop()
        around = run.opener if anchor.frame() is run.opener.frame() else anchor
        for loop in loops_around(around) if is_opened else ():
            sources = made_from(needed, loop)
            items = [one for one in items_of(loop) if one in sources]
            if items and _is_shared(run, loop, anchor, workflows):
                use = run.shown if around is run.opener else anchor
                return ReusedCheckpoint(use, run.made, loop, items[0], is_sure=run.takes_any_row)
        function = anchor.frame()
        if not isinstance(function, nodes.FunctionDef) or depth == _DEEPEST:
            continue
        needed = made_from(needed, function)
        for call, ways in workflows.calls.items():
            callee = next((way.callee for way in ways if _hands_on(way, function, run)), None)
            if isinstance(callee, Function):
                given = _given_to(needed, function, call, is_bound=callee.is_bound)
                is_reached = is_opened or call.frame() is run.opener.frame()
                waiting.append((call, names_in(*given), is_reached, depth + 1))
    return None


def _hands_on(way: Called, function: nodes.FunctionDef, run: Run) -> bool:
    """Tell whether `function` is called so that the run gets its Checkpoint by this call."""
    if not isinstance(way.callee, Function) or way.callee.node is not function:
        return False
    maker = run.made.frame()
    if isinstance(maker, nodes.Module) or maker is function or maker.name == "__init__":
        return True
    return run.checkpoint in checkpoints_of((*way.arguments, *way.sessions))


def _given_to(
    needed: set[str], function: nodes.FunctionDef, call: nodes.Call, *, is_bound: bool
) -> list[nodes.NodeNG]:
    """Give the arguments of `call` for the parameters of `function` that are needed."""
    parameters = parameter_names(function)[int(is_bound) :]
    given = [one for name, one in zip(parameters, call.args, strict=False) if name in needed]
    return given + [word.value for word in call.keywords if word.arg in needed]


def _is_shared(run: Run, loop: Varied, anchor: nodes.NodeNG, workflows: Workflows) -> bool:
    """Tell whether each turn of `loop` gets a row that the turn before has left."""
    if _ends_with_the_first(loop, anchor) or _tells_apart(run, loop):
        return False
    return not is_made_in(run.made, loop, workflows) or is_same_each_turn(run.made, loop)


def _ends_with_the_first(loop: Varied, anchor: nodes.NodeNG) -> bool:
    """Tell whether `loop` is left where a run has succeeded, as one that tries again is."""
    for node in nodes_in(loop, (nodes.Break, nodes.Return)):
        if node.frame() is not loop.frame() or node.lineno < anchor.lineno:
            continue
        inner = next(
            one for one in node.node_ancestors() if isinstance(one, nodes.For | nodes.While)
        )
        if isinstance(node, nodes.Return) or inner is loop:
            return True
    return False


def _tells_apart(run: Run, loop: Varied) -> bool:
    regions = {loop, run.opener.statement(), run.call.frame(), run.opener.frame()}
    return any(
        reads(_TELL_RUNS_APART, region) or _calls(_CLEAR_OR_MOVE, region)
        for region in regions
        if not isinstance(region, nodes.Module)
    )


def _calls(names: frozenset[str], region: nodes.NodeNG) -> bool:
    for call in nodes_in(region, nodes.Call):
        function = call.func
        if getattr(function, "attrname", getattr(function, "name", None)) in names:
            return True
    return False


def _one_after_another(runs: list[Run]) -> Iterator[tuple[Run, Run]]:
    """Give the built-in runs of one block that are given one Checkpoint and other start times."""
    for place, second in enumerate(runs):
        for first in runs[:place]:
            if first.checkpoint != second.checkpoint or not first.is_built_in:
                continue
            if not second.is_built_in or not _share_a_block(first.call, second.call):
                continue
            times = [_literal_times(one) for one in (first, second)]
            if None not in times and times[0] != times[1]:
                yield first, second
                break


def _share_a_block(first: nodes.Call, second: nodes.Call) -> bool:
    one, other = first.statement(), second.statement()
    return one is not other and one.parent is other.parent and leads_to(first, second)


def _literal_times(run: Run) -> str | None:
    times = run.inputs[0] if run.inputs else None
    if not isinstance(times, nodes.List | nodes.Tuple):
        return None
    is_literal = all(isinstance(one, nodes.Const) for one in times.elts)
    return times.as_string() if is_literal else None
