"""Calls and conditions that only tell somebody how a rollout goes, and change nothing in it."""

from __future__ import annotations

from typing import Final

from astroid import nodes

_TELLERS: Final = frozenset(
    {
        "bar", "gc", "log", "logger", "logging", "mlflow", "nvtx", "pbar", "print", "profiler",
        "progress", "progressbar", "sys", "time", "timer", "tqdm", "tracker", "wandb", "warn",
        "warnings", "writer",
    }
)  # fmt: skip

_TELLING_METHODS: Final = frozenset(
    {"critical", "debug", "empty_cache", "error", "exception", "info", "synchronize", "warning"}
)


def is_telling(call: nodes.Call) -> bool:
    """Tell whether a call only logs, times or shows something."""
    function = call.func
    if isinstance(function, nodes.Attribute) and function.attrname in _TELLING_METHODS:
        return True
    names = []
    while isinstance(function, nodes.Attribute):
        names.append(function.attrname)
        function = function.expr
    if isinstance(function, nodes.Name):
        names.append(function.name)
    return any(name.strip("_").lower() in _TELLERS for name in names[-1:] + names[1:])


def only_tells(test: nodes.NodeNG) -> bool:
    """Tell whether all that a condition decides is what is told, or whether something raises."""
    statement = test
    while statement is not None and not statement.is_statement:
        statement = statement.parent
    if isinstance(statement, nodes.Assert):
        return True
    if not isinstance(statement, nodes.If):
        return False
    return all(map(_tells, (*statement.body, *statement.orelse)))


def _tells(statement: nodes.NodeNG) -> bool:
    if isinstance(statement, nodes.Expr):
        return isinstance(statement.value, nodes.Call) and is_telling(statement.value)
    if isinstance(statement, nodes.If):
        return all(map(_tells, (*statement.body, *statement.orelse)))
    return isinstance(statement, nodes.Pass | nodes.Raise)
