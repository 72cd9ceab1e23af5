"""What a rollout carries from one step to the next in its locals."""

from __future__ import annotations

from typing import Final

from astroid import nodes

from ckptlint.program.syntax import nodes_in

_TELLERS: Final = frozenset({"log", "logger", "logging", "pbar", "print", "progress", "tqdm"})
"""What a counter is only told to."""


def carried_locals(function: nodes.FunctionDef) -> frozenset[str]:
    """Name the locals that a rollout carries from step to step: made anew from themselves.

    One that is only logged, or only counts itself, is left out.
    """
    advanced: dict[str, set[nodes.NodeNG]] = {}
    for statement in nodes_in(function, (nodes.Assign, nodes.AugAssign)):
        is_augmented = isinstance(statement, nodes.AugAssign)
        read = {name.name for name in nodes_in(statement.value, nodes.Name)}
        for target in [statement.target] if is_augmented else statement.targets:
            for name in nodes_in(target, nodes.AssignName):
                if is_augmented or name.name in read:
                    advanced.setdefault(name.name, set()).add(statement)
    return frozenset(
        name.name
        for name in nodes_in(function, nodes.Name)
        if name.name in advanced
        and name.statement() not in advanced[name.name]
        and not _is_logged(name)
    )


def _is_logged(name: nodes.Name) -> bool:
    """Tell whether a name is read only to be told to somebody."""
    call = name.parent
    while not isinstance(call, nodes.Call) and call is not None and not call.is_statement:
        call = call.parent
    if not isinstance(call, nodes.Call):
        return False
    holder = call.func
    while isinstance(holder, nodes.Attribute):
        holder = holder.expr
    return isinstance(holder, nodes.Name) and holder.name in _TELLERS
