"""Outputs that a restart begins anew, and of which it then writes only the steps that are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.interpretation.values import Session
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.resumed_models import ResumedModel
from ckptlint.program.workflow.runs import is_resumed, reads, runs_of
from ckptlint.program.workflow.stores import EmptyStore, empty_stores
from ckptlint.program.workflow.turns import Loop, innermost_loop, names_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.outputs import Effects
    from ckptlint.program.workflow.runs import Run
    from ckptlint.program.workflow.scopes import Workflows

_CONDITIONS: Final = (nodes.IfExp, nodes.Match, nodes.ExceptHandler, nodes.While, nodes.BoolOp)
_RESUMES: Final = (ResumedModel.ANY_RUN, ResumedModel.CHECKS)
_LEAVES: Final = (nodes.Return, nodes.Raise, nodes.Continue)
_KEEPS: Final = frozenset({"add_array", "add_dimension"})
_CLEARS: Final = frozenset({"rmtree", "unlink", "remove"})
_TEMPORARY: Final = ("tmp", "tempfile", "temporary")


@dataclass(frozen=True, slots=True)
class ClobberedOutput:
    """An output that a restart begins anew.

    Parameters
    ----------
    store : EmptyStore
        What makes it.
    writer : Call
        What writes it step by step: a built-in workflow, or the commit of each step.
    is_sure : bool
        Whether a restart is known to leave out the steps that were written before.
    """

    store: EmptyStore
    writer: nodes.Call
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _Commit:
    """A row that is committed in each turn of a loop."""

    call: nodes.Call
    session: Session
    loop: Loop


def clobbered_outputs(effects: Effects) -> tuple[ClobberedOutput, ...]:
    """Find the outputs of a module that a restart empties, though it writes only a part of them.

    Quiet where the output is made on a condition that is not about the restart itself, where
    anything else is done with it before, where its path may differ, where the script clears away
    what it has left, and in tests.
    """
    module, workflows = effects.module, effects.workflows
    runs = [run for run in runs_of(module, workflows) if not _is_for_once(run.made)]
    if not runs and not reads({"write_count"}, module.tree):
        return ()
    commits = [*_commits(module, workflows)]
    found: dict[nodes.Call, ClobberedOutput] = {}
    for store in empty_stores(module):
        if is_error_expected(store.made) or _is_on_another_path(store.made):
            continue
        if not store.is_only and not _is_on_a_condition(store.made):
            continue
        for run in runs:
            if run.is_built_in and _is_given(store, run):
                found.setdefault(store.made, ClobberedOutput(store, run.call, is_sure=True))
        for commit in commits if store.name is not None else ():
            sure = _resumes(commit, runs)
            if sure is not None and _is_written_with(store, commit, effects):
                found.setdefault(store.made, ClobberedOutput(store, commit.call, is_sure=sure))
    return tuple(sorted(found.values(), key=lambda one: one.store.made.lineno))


def _is_for_once(made: nodes.Call) -> bool:
    """Tell whether a Checkpoint is one of a test, or stands in a folder that does not stay."""
    if str(getattr(made.frame(), "name", "")).startswith("test_"):
        return True
    text = made.as_string().lower()
    return any(word in text for word in _TEMPORARY)


def _commits(module: Module, workflows: Workflows) -> Iterator[_Commit]:
    for call, ways in workflows.calls.items():
        loop = innermost_loop(call)
        is_write = getattr(call.func, "attrname", None) == "write"
        if loop is None or not is_write or call.root() is not module.tree:
            continue
        for way in ways:
            session = way.receiver
            made = session.checkpoint.made_by if isinstance(session, Session) else None
            if made is None or _is_for_once(made):
                continue
            if isinstance(session, Session) and is_resumed(session.checkpoint):
                yield _Commit(call, session, loop)


def _resumes(commit: _Commit, runs: list[Run]) -> bool | None:
    """Tell whether the loop goes on where it was killed; None if it begins at the start again."""
    opener = commit.session.opened_by
    if opener is None:
        return None
    if reads({"write_count"}, opener.statement()):
        return True
    models = [run.model for run in runs if run.opener is opener]
    if any(model in _RESUMES for model in models):
        return True
    return False if ResumedModel.UNKNOWN in models else None


def _is_given(store: EmptyStore, run: Run) -> bool:
    """Tell whether a built-in workflow writes to the output, and nothing has used it before."""
    if store.name is None:
        return run.output is store.made
    if not isinstance(run.output, nodes.Name) or run.output.name != store.name:
        return False
    is_here = run.call.frame() is store.made.frame()
    return is_here and not _is_used_before(store, run.call.statement())


def _is_written_with(store: EmptyStore, commit: _Commit, effects: Effects) -> bool:
    """Tell whether each turn of the loop that commits writes to the output, made before it."""
    loop = commit.loop
    if loop.frame() is not store.made.frame() or loop.parent_of(store.made):
        return False
    if loop.lineno < store.made.lineno or _is_used_before(store, loop):
        return False
    if store.option is None and _has_other_output(store, loop, effects):
        return False
    uses = [one for one in nodes_in(loop, nodes.Name) if one.name == store.name]
    return bool(uses) and all(_is_filled(use) for use in uses)


def _is_filled(use: nodes.Name) -> bool:
    """Tell whether a use of an output writes a step to it."""
    parent = use.parent
    if isinstance(parent, nodes.Attribute):
        return parent.attrname in ("write", "flush", "sync") and isinstance(
            parent.parent, nodes.Call
        )
    while isinstance(parent, nodes.Subscript) and parent.value is use:
        use, parent = parent, parent.parent
    is_item = isinstance(use, nodes.Subscript)
    return is_item and isinstance(parent, nodes.Assign) and use in parent.targets


def _has_other_output(store: EmptyStore, loop: Loop, effects: Effects) -> bool:
    """Tell whether a loop writes elsewhere too, so that what is in memory may be a help to it."""
    return any(
        effects.outputs_in(call)
        for call in nodes_in(loop, nodes.Call)
        if getattr(getattr(call.func, "expr", None), "name", None) != store.name
    )


def _is_used_before(store: EmptyStore, until: nodes.NodeNG) -> bool:
    """Tell whether anything but a declaration is done with an output before a statement."""
    for use in nodes_in(store.made.frame(), nodes.Name):
        if use.name != store.name or use.lineno >= until.lineno:
            continue
        if not (isinstance(use.parent, nodes.Attribute) and use.parent.attrname in _KEEPS):
            return True
    return False


def _is_on_another_path(made: nodes.Call) -> bool:
    """Tell whether a restart may never come to `made`, or come to it with nothing left."""
    scope = made.frame()
    child, parent = made, made.parent
    while child is not scope:
        if isinstance(parent, _CONDITIONS):
            return True
        if isinstance(parent, nodes.If) and not (
            _is_main_guard(parent) or _is_restart_branch(parent, child)
        ):
            return True
        if isinstance(parent, nodes.Try) and child not in parent.body + parent.finalbody:
            return True
        child, parent = parent, parent.parent
    for node in nodes_in(scope, nodes.If):
        is_before = node.lineno < made.lineno and not node.parent_of(made)
        if is_before and any(isinstance(one, _LEAVES) for one in node.body):
            asks = reads({"exists", "is_file", "is_dir", "isfile", "isdir"}, node.test)
            if asks or _asks_for_restart(node.test) is not None:
                return True
    return any(
        getattr(call.func, "attrname", getattr(call.func, "name", None)) in _CLEARS
        for call in nodes_in(scope, nodes.Call)
    )


def _is_on_a_condition(made: nodes.Call) -> bool:
    scope = made.frame()
    return any(
        isinstance(one, nodes.If) and scope.parent_of(one) and not _is_main_guard(one)
        for one in made.node_ancestors()
    )


def _is_main_guard(branch: nodes.If) -> bool:
    """Tell whether a branch only asks whether the module is run as a script."""
    return "__name__" in names_read(branch.test)


def _is_restart_branch(branch: nodes.If, child: nodes.NodeNG) -> bool:
    """Tell whether `child` runs where, and only where, there is a row to go on from."""
    asked = _asks_for_restart(branch.test)
    if asked is None or child is branch.test:
        return False
    return child in (branch.body if asked else branch.orelse)


def _asks_for_restart(test: nodes.NodeNG) -> bool | None:
    """Tell whether a condition holds where there is a row (True), or where there is none (False).

    None for any other condition.
    """
    match test:
        case nodes.UnaryOp(op="not"):
            asked = _asks_for_restart(test.operand)
            return None if asked is None else not asked
        case nodes.Attribute(attrname="exists" | "write_count"):
            return True
        case nodes.Compare(left=nodes.Attribute(attrname="write_count"), ops=[(">", bound)]):
            return True if isinstance(bound, nodes.Const) and bound.value == 0 else None
        case nodes.Compare(left=nodes.Attribute(attrname="write_count"), ops=[("==", bound)]):
            return False if isinstance(bound, nodes.Const) and bound.value == 0 else None
        case nodes.Name():
            return True if _is_session(test) else None
    return None


def _is_session(name: nodes.Name) -> bool:
    """Tell whether a name is what a ``with`` around it gives."""
    for ancestor in name.node_ancestors():
        if isinstance(ancestor, nodes.With) and any(
            name.name in names_read(target) | {getattr(target, "name", None)}
            for _, target in ancestor.items
            if target is not None
        ):
            return True
    return False
