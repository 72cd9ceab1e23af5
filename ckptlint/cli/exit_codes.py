"""What the exit code of a command tells."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """The exit code; where several hold, the highest is given."""

    CLEAN = 0
    FINDINGS = 1
    FAILURE = 2


EXPLANATION: Final = """\
Exit codes:
  0  nothing to report
  1  findings, or with --diff something that would be changed
  2  something is wrong with the call, the settings, a file's path or ckptlint
"""
