"""The program model's face: the questions that a rule may ask of one module."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ckptlint.program import editing
from ckptlint.program.api.questions import ApiQuestions
from ckptlint.program.carried.questions import CarriedQuestions
from ckptlint.program.models import models_of
from ckptlint.program.saving.questions import SavingQuestions
from ckptlint.program.state.questions import StateQuestions

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.models import Model
    from ckptlint.program.module import Module
    from ckptlint.sources.source import Edit, Place, Span


class Program(ApiQuestions, CarriedQuestions, SavingQuestions, StateQuestions):
    """One module and the answers about it, each computed once, when it is first asked for.

    The questions stand with the analyses that answer them: in `questions` of each package.

    Parameters
    ----------
    module : Module
        The module that is checked.
    """

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The classes of the module that have a rollout, restart-aware or not."""
        return models_of(self.module, self.rollouts, self.carried_state, self._give_up)

    def span(self, node: nodes.NodeNG) -> Span:
        """Tell where a node stands in the module's source."""
        return self.module.span(node)

    def place(self, node: nodes.NodeNG, module: Module) -> Span | Place:
        """Tell where a node of `module` stands: a span if that is the module that is checked."""
        span = module.span(node)
        return span if module is self.module else module.source.place(span)

    def told_line(self, node: nodes.NodeNG) -> str:
        """Name the line of a node for a message, as the file's reader counts."""
        return self.module.told_line(node)

    def told_place(self, node: nodes.NodeNG, module: Module) -> str:
        """Name the line of a node of `module`, with its file if that is another one."""
        line = module.told_line(node)
        return line if module is self.module else f"{line} of {Path(module.source.path).name}"

    def words(self, node: nodes.NodeNG) -> str:
        """Give the text of a node on one line, for a message."""
        return " ".join(self.module.text(node).split())

    def text(self, where: nodes.NodeNG | Span) -> str:
        """Give the text of a node or a span."""
        return self.module.text(where)

    def deletion(self, statement: nodes.NodeNG) -> tuple[Edit, ...]:
        """Take out a statement and what it leaves empty; see `editing.delete`."""
        return editing.delete(self.module, statement)

    def insertion(self, statement: nodes.NodeNG, lines: list[str]) -> Edit | None:
        """Put lines before a statement; see `editing.insert_before`."""
        return editing.insert_before(self.module, statement, lines)
