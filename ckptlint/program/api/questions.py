"""Questions about the version of Earth2Studio that the module is checked against."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ckptlint.program.api.artifacts import artifacts_keywords
from ckptlint.program.api.uses import removed_uses
from ckptlint.program.workflow.questions import WorkflowQuestions

if TYPE_CHECKING:
    from ckptlint.program.api.artifacts import ArtifactsKeyword
    from ckptlint.program.api.removed import RemovedUse


class ApiQuestions(WorkflowQuestions):
    """What a rule may ask about names that come and go with versions."""

    @cached_property
    def removed_uses(self) -> tuple[RemovedUse, ...]:
        """What the module uses that its version of Earth2Studio does not have any more."""
        return removed_uses(self.module, self.receivers)

    @property
    def earth2studio(self) -> str:
        """The version of Earth2Studio that the module is checked against, for a message."""
        return str(self.module.project.earth2studio)

    @cached_property
    def artifacts_keywords(self) -> tuple[ArtifactsKeyword, ...]:
        """The writes that hand over a dict of metadata as the one key ``artifacts``."""
        return artifacts_keywords(self.module, self.receivers)
