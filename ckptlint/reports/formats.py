"""The formats of `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ckptlint.reports.format_table import Format, FormatTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions

Renderer: TypeAlias = "Callable[[CheckResult, ReportOptions], str]"

FORMATS: FormatTable[Renderer] = FormatTable(
    Format("full", "ckptlint.reports.full", for_people=True),
    Format("concise", "ckptlint.reports.concise", for_people=True),
    Format("grouped", "ckptlint.reports.grouped", for_people=True),
    Format("json", "ckptlint.reports.json"),
    Format("json-lines", "ckptlint.reports.json_lines"),
    Format("junit", "ckptlint.reports.junit"),
    Format("github", "ckptlint.reports.github"),
    Format("gitlab", "ckptlint.reports.gitlab"),
    Format("azure", "ckptlint.reports.azure"),
    Format("pylint", "ckptlint.reports.pylint"),
    Format("rdjson", "ckptlint.reports.rdjson"),
    Format("sarif", "ckptlint.reports.sarif"),
)

DEFAULT_FORMAT = "full"
