"""What running a program said of findings, kept in the cache by the content of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.content_store import ContentStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.engine.result import LocatedFinding


class KeptConfirmation(NamedTuple):
    """What one run said of one finding.

    Parameters
    ----------
    code, message : str
        The finding.
    line, column : int
        Where it starts, from 1.
    verdict : str
        As in ``confirmed`` and ``not confirmed``.
    reason : str
        What was seen, in a sentence without a final stop.
    target : str
        What was run, as in ``src/model.py::build``.
    device : str
        Where it ran.
    """

    code: str
    message: str
    line: int
    column: int
    verdict: str
    reason: str
    target: str
    device: str

    def is_about(self, finding: LocatedFinding) -> bool:
        """Tell whether this was said of a finding in the same content."""
        place = (self.line, self.column)
        return (self.code, self.message, place) == (
            finding.code,
            finding.message,
            finding.place.span.start,
        )


class ConfirmationStore(ContentStore[KeptConfirmation]):
    """The confirmations that a cache folder keeps.

    Parameters
    ----------
    cache : str
        The cache folder of the settings.
    """

    def __init__(self, cache: str) -> None:
        super().__init__(cache, "confirmations", lambda values: KeptConfirmation(*values))

    def keep(self, path: str, data: bytes, said: Iterable[KeptConfirmation]) -> None:
        """Keep what runs said of the findings of a file with a content.

        What the same targets said earlier is forgotten.
        """
        new = [*said]
        targets = {one.target for one in new}
        rest = [one for one in self.kept(path, data) if one.target not in targets]
        self._write(path, data, [*rest, *new])
