"""What a module uses of the checkpoint API that its Earth2Studio does not have any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts

if TYPE_CHECKING:
    from ckptlint.program.api.version import Earth2StudioVersion
    from ckptlint.program.module import Module
    from ckptlint.sources.source import Edit, Span


@dataclass(frozen=True, slots=True)
class RemovedUse:
    """A use of something that the API has no longer.

    Parameters
    ----------
    span : Span
        Where it stands.
    what : str
        What it is, for a message.
    use : str
        What to write instead, for a message.
    edits : tuple[Edit, ...]
        How to write it; none where that is not certain.
    is_renamed : bool
        Whether only a name has changed, so that the edits keep the meaning.
    """

    span: Span
    what: str
    use: str
    edits: tuple[Edit, ...] = ()
    is_renamed: bool = False


def is_gone(since: str, module: Module) -> bool:
    """Tell whether what was removed in release `since` is missing for this module.

    A version before that release has it, or has no checkpoints at all.
    """
    version: Earth2StudioVersion = module.project.earth2studio
    return version.is_at_least(since)


def is_draft(module: Module) -> bool:
    """Tell whether the Earth2Studio that is found beside the module is a draft, whatever it says.

    Its `Checkpoint` then has no parameter ``level``; where there is no `Checkpoint` at all, its
    ``utils.checkpoint`` is a draft older still.
    """
    found = module.project.module(facts.CHECKPOINT.rpartition(".")[0])
    if found is None or found.syntax_problems:
        return False
    checkpoint = found.class_named(facts.CHECKPOINT)
    if checkpoint is None:
        return True
    made = checkpoint.node.locals.get("__init__", ())
    return not any(
        argument.name == "level"
        for function in made
        if isinstance(function, nodes.FunctionDef)
        for argument in (*function.args.args, *function.args.kwonlyargs)
    )
