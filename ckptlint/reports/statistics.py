"""How many findings of each rule there are, for ``--statistics``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ckptlint.reports.fixability import is_fixable, star
from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions


@dataclass(frozen=True, slots=True)
class Statistic:
    """The findings of one rule, and how many of them ``--fix`` would mend."""

    code: str
    name: str
    count: int
    fixable_count: int

    @property
    def fixable(self) -> bool:
        """Whether all of them can be fixed."""
        return self.fixable_count == self.count


def statistics(result: CheckResult, options: ReportOptions) -> list[Statistic]:
    """Count the findings of each rule, the most frequent first, then by code."""
    counts = Counter((finding.code, finding.name) for finding in result.findings)
    fixable = Counter(
        finding.code for finding in result.findings if is_fixable(finding, options.unsafe_fixes)
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Statistic(code, name, count, fixable[code]) for (code, name), count in ordered]


def render_table(result: CheckResult, options: ReportOptions) -> str:
    """Write count, code, fixability and name of each rule in columns.

    ``[*]`` marks a rule whose findings can all be fixed, ``[-]`` one where some can.
    """
    rows = statistics(result, options)
    if not rows:
        return ""
    pen = Pen(options.color)
    count_width = len(str(rows[0].count))
    code_width = max(len(row.code) for row in rows)
    any_fixable = any(row.fixable_count for row in rows)
    lines = []
    for row in rows:
        count = pen.paint(f"{row.count:>{count_width}}", Ink.TITLE)
        code = pen.paint(f"{row.code:<{code_width}}", Ink.ERROR)
        marker = f"{_marker(row, pen)} " if any_fixable else ""
        lines.append(f"{count}\t{code}\t{marker}{row.name}\n")
    return "".join(lines)


def render_json(result: CheckResult, options: ReportOptions) -> str:
    """Write the statistics as a JSON array with ruff's field names."""
    import json

    records = [
        {
            "code": row.code,
            "name": row.name,
            "count": row.count,
            "fixable": row.fixable,
            "fixable_count": row.fixable_count,
        }
        for row in statistics(result, options)
    ]
    return json.dumps(records, indent=2) + "\n"


def _marker(row: Statistic, pen: Pen) -> str:
    if row.fixable:
        return star(pen)
    return "[-]" if row.fixable_count else "[ ]"
