"""None handed to a built-in workflow as its checkpoint, which opens what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.api.changes import WORKFLOWS
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.importing import import_name
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.sources.source import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module

_PARAMETER: Final = "checkpoint"
_POSITIONS: Final = dict(zip(WORKFLOWS, (8, 9, 11), strict=True))
"""Where each built-in workflow takes its checkpoint by position."""


@dataclass(frozen=True, slots=True)
class NoCheckpoint:
    """A built-in workflow that is given, or may be given, None as its checkpoint.

    Parameters
    ----------
    argument : NodeNG
        The argument, without its keyword.
    workflow : str
        The name of the workflow.
    none : Const
        The None that reaches it; the argument itself, or what a name is given elsewhere.
    is_default : bool
        Whether it is the default of a parameter.
    edits : tuple[Edit, ...]
        No checkpoint, in the way that the workflow takes; none where that is not certain.
    """

    argument: nodes.NodeNG
    workflow: str
    none: nodes.Const
    is_default: bool
    edits: tuple[Edit, ...]

    @property
    def is_literal(self) -> bool:
        """Whether the None is written in the call."""
        return self.argument is self.none


def missing_checkpoints(module: Module) -> tuple[NoCheckpoint, ...]:
    """Find the calls of built-in workflows whose checkpoint is None, or is where nobody sets it."""
    return tuple(_missing(module))


def _missing(module: Module) -> Iterator[NoCheckpoint]:
    for call in nodes_in(module.tree, nodes.Call):
        for workflow in WORKFLOWS:
            if not is_call_of(workflow, module, call) or is_error_expected(call):
                continue
            keyword = next((one for one in call.keywords if one.arg == _PARAMETER), None)
            argument = keyword.value if keyword is not None else _positional(call, workflow)
            none = _none_of(argument)
            if argument is None or none is None:
                continue
            if none is argument and keyword is not None:
                edits = _dropped(keyword, call, module)
            else:
                edits = _converted(argument, none, module)
            is_default = isinstance(none.parent, nodes.Arguments)
            name = workflow.rpartition(".")[2]
            yield NoCheckpoint(argument, name, none, is_default, edits)


def _positional(call: nodes.Call, workflow: str) -> nodes.NodeNG | None:
    place = _POSITIONS[workflow]
    if len(call.args) <= place or any(isinstance(one, nodes.Starred) for one in call.args):
        return None
    return call.args[place]


def _none_of(argument: nodes.NodeNG | None) -> nodes.Const | None:
    """Give the None that an argument is, on some path for sure."""
    match argument:
        case nodes.Const(value=None):
            return argument
        case nodes.IfExp():
            return _none_of_branch(argument)
        case nodes.Name():
            return _none_of_name(argument)
    return None


def _none_of_branch(choice: nodes.IfExp) -> nodes.Const | None:
    for branch in (choice.body, choice.orelse):
        if isinstance(branch, nodes.Const) and branch.value is None:
            return branch
        if isinstance(branch, nodes.IfExp):
            found = _none_of_branch(branch)
            if found is not None:
                return found
    return None


def _none_of_name(name: nodes.Name) -> nodes.Const | None:
    """Give the None that a name is bound to, if nothing else binds it and no test looks at it."""
    scope, bindings = bindings_of(name.name, name)
    if scope is None or len(bindings) != 1 or _is_looked_at(name.name, scope):
        return None
    binding = bindings[0]
    match binding.parent:
        case nodes.Arguments():
            return _default_of(binding, binding.parent)
        case nodes.Assign() | nodes.AnnAssign() if scope is name.frame():
            value = binding.parent.value
            if isinstance(value, nodes.IfExp):
                return _none_of_branch(value)
            if isinstance(value, nodes.Const) and value.value is None:
                return value
    return None


def _is_looked_at(name: str, scope: nodes.NodeNG) -> bool:
    """Tell whether a condition in `scope` depends on a name, or code there may change it."""
    for node in nodes_in(scope, (nodes.If, nodes.IfExp, nodes.While, nodes.Assert)):
        if _names(node.test, name):
            return True
    looks = (nodes.BoolOp, nodes.Compare, nodes.Match, nodes.Nonlocal, nodes.Global)
    for node in nodes_in(scope, looks):
        if isinstance(node, nodes.Nonlocal | nodes.Global):
            if name in node.names:
                return True
        elif _names(node.subject if isinstance(node, nodes.Match) else node, name):
            return True
    return False


def _names(node: nodes.NodeNG, name: str) -> bool:
    return any(one.name == name for one in nodes_in(node, nodes.Name))


def _default_of(parameter: nodes.NodeNG, arguments: nodes.Arguments) -> nodes.Const | None:
    positional = [*(arguments.posonlyargs or ()), *(arguments.args or ())]
    defaults = arguments.defaults or ()
    pairs = [*zip(positional[len(positional) - len(defaults) :], defaults, strict=True)]
    pairs += zip(arguments.kwonlyargs or (), arguments.kw_defaults or (), strict=False)
    for one, default in pairs:
        if one is parameter and isinstance(default, nodes.Const) and default.value is None:
            return default
    return None


def _dropped(keyword: nodes.Keyword, call: nodes.Call, module: Module) -> tuple[Edit, ...]:
    """Take the keyword out, for the workflow's own default is no checkpoint."""
    arguments = sorted((*call.args, *call.keywords), key=lambda one: module.span(one))
    index = arguments.index(keyword)
    span = module.span(keyword)
    if index:
        between = Span(module.span(arguments[index - 1]).end, span.end)
    elif len(arguments) > 1:
        between = Span(span.start, module.span(arguments[1]).start)
    else:
        return ()
    return () if "#" in module.text(between) else (Edit(between, ""),)


def _converted(argument: nodes.NodeNG, none: nodes.Const, module: Module) -> tuple[Edit, ...]:
    """Put `NullCheckpoint()` where None is, or decide where a name is handed over."""
    imported = import_name(module, facts.NULL_CHECKPOINT, "earth2studio")
    if imported is None:
        return ()
    name = facts.NULL_CHECKPOINT.rpartition(".")[2]
    if not isinstance(none.parent, nodes.Arguments):
        return (*imported, Edit(module.span(none), f"{name}()"))
    given = module.text(argument)
    return (*imported, Edit(module.span(argument), f"{name}() if {given} is None else {given}"))
