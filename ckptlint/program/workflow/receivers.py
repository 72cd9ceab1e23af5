"""On what a method is called: as its paths have shown, else as its name and annotations tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.program.interpretation.values import UNKNOWN, Checkpoint, Session
from ckptlint.program.workflow.objects import UNKNOWN_KIND, ObjectKind, kinds_of

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.objects import Kinds
    from ckptlint.program.workflow.scopes import Workflows

_KINDS: Final = {Checkpoint: ObjectKind.CHECKPOINT, Session: ObjectKind.SESSION}


class Receivers:
    """What the methods of a module are called on.

    Parameters
    ----------
    module : Module
        The module.
    workflows : Workflows
        What was seen of its Checkpoints and sessions.
    """

    def __init__(self, module: Module, workflows: Workflows) -> None:
        self._module = module
        self._workflows = workflows

    def kinds_of(self, call: nodes.Call) -> Kinds:
        """Tell on what a method is called; `UNKNOWN_KIND` where it may be anything else."""
        seen = {way.receiver for way in self._workflows.calls.get(call, ())}
        if not seen or UNKNOWN in seen:
            return kinds_of(call.func.expr, self._module)
        kinds = {_KINDS.get(type(value)) for value in seen}
        known = frozenset(kind for kind in kinds if kind is not None)
        return UNKNOWN_KIND if None in kinds else known
