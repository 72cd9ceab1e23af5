"""What every report of `verify` is told beside the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.rule import Rule


class VerifyReportOptions(NamedTuple):
    """How a report is written.

    Parameters
    ----------
    root : str
        The absolute folder that relative paths start from.
    version : str
        The version of ckptlint.
    color : bool
        Whether to write ANSI colours.
    width : int
        How many columns a line may take.
    rules : Sequence[Rule]
        The rules that ran over the targets' files; SARIF describes them.
    """

    root: str
    version: str
    color: bool = False
    width: int = 80
    rules: Sequence[Rule] = ()
