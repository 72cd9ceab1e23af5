"""What the user is told when a call fails."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint import __version__
from ckptlint.cli.console import Console
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.settings.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def report_failure(error: Exception, arguments: Sequence[str]) -> int:
    """Tell on stderr why the call failed, and give the exit code.

    What is the user's to mend is told by its message alone. Anything else is a mistake of
    ckptlint: its traceback is shown only where CKPTLINT_BACKTRACE is set or ``--verbose`` given.
    """
    console = Console(color=_color(arguments))
    if isinstance(error, (CallError, SettingsError)):
        console.error(str(error))
        return ExitCode.FAILURE
    summary = "".join(str(error).splitlines(keepends=True)[:1]).strip()
    kind = type(error).__name__
    console.error(
        f"ckptlint {__version__} failed: {f'{kind}: {summary}' if summary else kind}\n\n"
        "This is a mistake in ckptlint, not in your code. Please report it, with the call and\n"
        "with the traceback that is shown when the environment variable CKPTLINT_BACKTRACE is 1."
    )
    if os.environ.get("CKPTLINT_BACKTRACE") or {"-v", "--verbose"} & set(arguments):
        import sys
        import traceback

        sys.stderr.write("\n" + "".join(traceback.format_exception(error)))
    return ExitCode.FAILURE


def _color(arguments: Sequence[str]) -> str:
    """Find out about colours in arguments that may not be valid."""
    text = " ".join(arguments).replace("--color=", "--color ")
    return next((when for when in ("always", "never") if f"--color {when}" in text), "auto")
