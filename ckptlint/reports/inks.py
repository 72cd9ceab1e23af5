"""The colour of each severity, the same in every report that has colours."""

from __future__ import annotations

from typing import Final

from ckptlint.reports.pen import Ink
from ckptlint.rule import Severity

SEVERITY_INKS: Final = {Severity.ERROR: Ink.ERROR, Severity.WARNING: Ink.WARNING}
