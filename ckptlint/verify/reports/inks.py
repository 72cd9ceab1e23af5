"""The colour of each verdict, the same in every report that has colours."""

from __future__ import annotations

from typing import Final

from ckptlint.reports.pen import Ink
from ckptlint.verify.verdict import Confirmation, Verdict

VERDICT_INKS: Final = {
    Verdict.EXACT: Ink.ADDED,
    Verdict.DIVERGES: Ink.ERROR,
    Verdict.UNPROVEN: Ink.WARNING,
}
CONFIRMATION_INKS: Final = {
    Confirmation.CONFIRMED: Ink.ERROR,
    Confirmation.NOT_CONFIRMED: Ink.SEPARATOR,
    Confirmation.UNPROVEN: Ink.WARNING,
}
