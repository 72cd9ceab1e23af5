"""What every output format is told beside the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.rule import Rule


class ReportOptions(NamedTuple):
    """How a report is written.

    Parameters
    ----------
    root : str
        The absolute folder that relative paths start from.
    version : str
        The version of ckptlint.
    rules : Sequence[Rule]
        The rules that ran; SARIF describes them, `--show-fixes` names them.
    color : bool
        Whether to write ANSI colours.
    hyperlinks : bool
        Whether to make places links (OSC 8) to their files.
    width : int
        How many columns a code frame may take.
    show_fixes : bool
        Whether the closing lines name the findings that were fixed.
    unsafe_fixes : bool
        Whether unsafe fixes count as applicable.
    project_root : str or None
        The absolute folder that the paths in fingerprints start from; `root` by default.
    checkout : str or None
        The absolute folder of the repository, where a CI service names it; GitLab's paths start
        there, by default from `root`.
    """

    root: str
    version: str
    rules: Sequence[Rule] = ()
    color: bool = False
    hyperlinks: bool = False
    width: int = 100
    show_fixes: bool = False
    unsafe_fixes: bool = False
    project_root: str | None = None
    checkout: str | None = None
