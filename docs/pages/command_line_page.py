"""The page of the command line: the help of each command, word for word."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Final

from ckptlint.cli.dispatch import COMMANDS
from ckptlint.cli.main import main

_INTRODUCTION: Final = """\
# Command line

What `ckptlint --help` and `ckptlint COMMAND --help` print. Rules are explained by `ckptlint rule`
and on [pages](rules/README.md), settings by `ckptlint config` and on [a page](settings.md).
"""
_WITHOUT_HELP: Final = "help"


def pages() -> dict[str, str]:
    """Give the page by its path in docs/."""
    commands = [name for name in COMMANDS if name != _WITHOUT_HELP]
    sections = [_section("ckptlint"), *(_section(f"ckptlint {name}") for name in commands)]
    return {"command-line.md": _INTRODUCTION + "".join(sections)}


def _section(command: str) -> str:
    call = f"{command} --help"
    shown = io.StringIO()
    with redirect_stdout(shown):
        code = main(call.split()[1:])
    if code != 0:
        raise RuntimeError(f"`{call}` failed with exit code {code}")
    return f"\n## {command}\n\n```console\n$ {call}\n{shown.getvalue()}```\n"
