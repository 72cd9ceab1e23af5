"""The page of the command line: the help of each command, word for word."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Final

from ckptlint.cli.dispatch import COMMANDS
from ckptlint.cli.main import main

_INTRODUCTION: Final = """\
# Command line

In daily use:

```bash
ckptlint                                   # check the current folder
ckptlint --watch src/                      # check again whenever something changes
ckptlint --diff src/                       # show what --fix would change
ckptlint --fix src/                        # apply the safe fixes
ckptlint models src/                       # what the models save, restore and lose
ckptlint rule CKP201                       # explain a rule
ckptlint config exclude                    # explain a setting
ckptlint verify src/model.py::build        # run the model, and prove its restart
```

[Day to day](usage.md) says more of `--watch`, and how a shell completes such calls. Rules have
[pages](rules/README.md), and so have [settings](settings.md) and [reports](reports.md).
Below stands what `ckptlint --help` and `ckptlint COMMAND --help` print.
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
