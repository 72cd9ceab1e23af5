"""The format `concise`: one line for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.fixability import star_if_fixable
from ckptlint.reports.location import link_to_file, position_text
from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.reports.options import ReportOptions


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as ``path:line:column: CODE [*] message``."""
    pen = Pen(options.color, options.hyperlinks)
    return "".join(_line(finding, options, pen) for finding in result.findings)


def _line(finding: LocatedFinding, options: ReportOptions, pen: Pen) -> str:
    path = pen.paint(printable(finding.place.path), Ink.TITLE)
    path = link_to_file(path, finding.place.path, options.root, pen)
    colon = pen.paint(":", Ink.SEPARATOR)
    position = colon.join(position_text(finding.place).split(":"))
    code = pen.paint(finding.code, Ink.ERROR)
    marker = star_if_fixable(finding, options.unsafe_fixes, pen)
    return f"{path}{colon}{position}{colon} {code} {marker}{printable(finding.message)}\n"
