"""All that a module uses of the checkpoint API and its Earth2Studio does not have any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.program.api.removed import is_draft
from ckptlint.program.api.removed_calls import (
    removed_attributes,
    removed_call_forms,
    removed_keywords,
)
from ckptlint.program.api.removed_names import removed_names

if TYPE_CHECKING:
    from ckptlint.program.api.removed import RemovedUse
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.receivers import Receivers


def removed_uses(module: Module, receivers: Receivers) -> tuple[RemovedUse, ...]:
    """Find what `module` uses that its version of Earth2Studio lacks, in the order of the text."""
    found = [
        *removed_names(module),
        *removed_keywords(module),
        *removed_attributes(module),
        *removed_call_forms(module, receivers),
    ]
    if found and is_draft(module):
        return ()
    return tuple(sorted(found, key=lambda use: use.span))
