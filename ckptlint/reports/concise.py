"""The format `concise`: one line for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.reports.fixability import star_if_fixable
from ckptlint.reports.inks import SEVERITY_INKS
from ckptlint.reports.location import link_to_file, position_text
from ckptlint.reports.pen import Ink, Pen
from ckptlint.reports.proof import entries, in_one_line

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions
    from ckptlint.reports.proof import Entry


def render(result: CheckResult, options: ReportOptions) -> str:
    """Write each finding as ``path:line:column: CODE [*] message``.

    What was fixed and proved comes last, as ``CODE [proved] message (reason)``; the proof of what
    remains ends its line, as in ``[refuted] reason``.
    """
    pen = Pen(options.color, options.hyperlinks)
    return "".join(_line(entry, options, pen) for entry in entries(result))


def _line(entry: Entry, options: ReportOptions, pen: Pen) -> str:
    finding = entry.finding
    path = pen.paint(printable(finding.place.path), Ink.TITLE)
    path = link_to_file(path, finding.place.path, options.root, pen)
    colon = pen.paint(":", Ink.SEPARATOR)
    position = colon.join(position_text(finding.place).split(":"))
    code = pen.paint(finding.code, SEVERITY_INKS[finding.severity])
    marker = star_if_fixable(finding, options.unsafe_fixes, pen)
    return f"{path}{colon}{position}{colon} {code} {in_one_line(entry, marker, pen)}\n"
