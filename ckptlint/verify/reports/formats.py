"""The formats of `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ckptlint.reports.format_table import Format, FormatTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.reports.options import ReportOptions
    from ckptlint.verify.verdict import VerifyResult

Renderer: TypeAlias = "Callable[[VerifyResult, ReportOptions], str]"

FORMATS: FormatTable[Renderer] = FormatTable(
    Format("full", "ckptlint.verify.reports.full", for_people=True),
    Format("json", "ckptlint.verify.reports.json"),
    Format("junit", "ckptlint.verify.reports.junit"),
    Format("github", "ckptlint.verify.reports.github"),
    Format("sarif", "ckptlint.verify.reports.sarif"),
)

DEFAULT_FORMAT = "full"
