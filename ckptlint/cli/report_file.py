"""Reports written to a file that the user names."""

from __future__ import annotations

import os

from ckptlint.cli.errors import CallError


def refuse_missing_folder(path: str) -> None:
    """Refuse a file that could not be written, before anything is checked or run.

    Raises
    ------
    CallError
        If it is a folder, or its folder is not there.
    """
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path):
        raise CallError(f"cannot write the report to `{path}`: it is a folder")
    if not os.path.isdir(folder):
        raise CallError(f"cannot write the report to `{path}`: there is no folder `{folder}`")


def write_report_file(path: str, text: str) -> None:
    """Write a report whole; what is no plain file (a pipe, a device) is written to as it is.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:
                file.write(data)
            return
        from ckptlint.sources.writing import write_whole

        write_whole(path, data)
    except OSError as error:
        reason = error.strerror or error
        raise CallError(f"cannot write the report to `{path}`: {reason}") from error
