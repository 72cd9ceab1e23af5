"""The entry point of the command ``ckptlint``; it imports no more than a call needs."""

from __future__ import annotations

import sys

from ckptlint.cli.output import flush, replace_closed_streams, write

TYPE_CHECKING = False  # `typing` would cost every call 3 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run ckptlint.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments, by default those of the process.

    Returns
    -------
    int
        The exit code: 0 nothing to report, 1 findings, 2 something is wrong with the call, the
        settings or ckptlint, 130 interrupted.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    replace_closed_streams()
    try:
        code = _run(arguments)
        flush(sys.stdout)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except SystemExit as stop:  # argparse has printed a help
        return int(stop.code or 0)
    except Exception as error:
        from ckptlint.cli.failure import report_failure

        return report_failure(error, arguments)
    return code


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"], ["version"]):
        from ckptlint import __version__

        write(sys.stdout, f"ckptlint {__version__}\n")
        return 0
    from ckptlint.engine.replay import lookup

    kept = lookup(arguments)
    if kept is not None:
        write(sys.stdout, kept.stdout)
        write(sys.stderr, kept.stderr)
        return kept.exit_code
    from ckptlint.cli.dispatch import dispatch

    return dispatch(arguments)
