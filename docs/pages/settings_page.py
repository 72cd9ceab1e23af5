"""The page of the settings: where they are read, and what `ckptlint config KEY` says of each."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Final

from ckptlint.cli.main import main
from ckptlint.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.settings.options import Option

_INTRODUCTION: Final = """\
# Settings

`ckptlint config` lists all settings, `ckptlint config KEY` explains one; this page shows the same.

## Where they stand

In the table `[tool.ckptlint]` of `pyproject.toml`, or without the table's name in a file
`ckptlint.toml` or `.ckptlint.toml`:

```toml
[tool.ckptlint]
ignore = ["CKP301"]
extend-exclude = ["legacy/"]

[tool.ckptlint.per-file-ignores]
"docs/**" = ["CKP1"]
```

```toml
# ckptlint.toml
ignore = ["CKP301"]
extend-exclude = ["legacy/"]

[per-file-ignores]
"docs/**" = ["CKP1"]
```

Each file follows the nearest settings above it, as with ruff. They are not merged with those
further up, unless they name these by [`extend`](#extend). `--config FILE` takes one file for all,
`--isolated` none, and `--config 'KEY = VALUE'` overrides one setting. What holds for a file is
shown by `ckptlint check --show-settings FILE`.

Rules are named by their codes (`CKP201`), by the beginnings of codes (`CKP2`) or by their names
(`yield-without-save`). A key, rule or format that does not exist is an error, which names a similar
one if there is any.

## Order

An option of the command line outweighs an environment variable, and that the settings file.

| variable | |
|---|---|
| `CKPTLINT_OUTPUT_FORMAT` | as `--output-format` |
| `CKPTLINT_CACHE_DIR` | as `--cache-dir` |
| `CI_PROJECT_DIR` | where GitLab CI has the repository; paths of the report `gitlab` start there |
| `NO_COLOR`, `FORCE_COLOR` | never, or always, colour the output; `--color` outweighs both |
| `CKPTLINT_TODAY` | the day that ends [suppressions](adopting.md#until-a-day), instead of today |
| `COLUMNS` | the width of the report, where it is no terminal |
| `CKPTLINT_BACKTRACE` | show the traceback of an error inside ckptlint, or of a rule that failed |

## All settings
"""
_ROOM: Final = 50
_OPTION: Final = re.compile(r"^ +(?:-\w, )?(--[a-z-]+)", re.MULTILINE)


def pages() -> dict[str, str]:
    """Give the page by its path in docs/."""
    options = _options_of_check()
    sections = (_section(option, options) for option in OPTIONS.values())
    return {"settings.md": f"{_INTRODUCTION}\n{_table(OPTIONS.values())}{''.join(sections)}"}


def _options_of_check() -> frozenset[str]:
    shown = io.StringIO()
    with redirect_stdout(shown):
        main(["check", "--help"])
    return frozenset(_OPTION.findall(shown.getvalue()))


def _table(options: Iterable[Option]) -> str:
    rows = (
        f"| [`{option.key}`](#{option.key}) | {_first_sentence(option.documentation)} "
        f"| {_default(option)} |\n"
        for option in options
    )
    return "| setting | what it says | default |\n|---|---|---|\n" + "".join(rows)


def _first_sentence(documentation: str) -> str:
    sentence = " ".join(documentation.split()).partition(". ")[0].removesuffix(".")
    return sentence.partition(": ")[0].replace("|", "\\|")


def _default(option: Option) -> str:
    """Give the default for the table, where a long list would leave no room for anything else."""
    is_long = option.default.startswith("[") and len(option.default) > _ROOM
    return f"[a list](#{option.key})" if is_long else _in_words_or_code(option.default)


def _in_words_or_code(default: str) -> str:
    """Set TOML as code; a default that is told in words stays as it is."""
    is_toml = default[0] in '["{' or default in ("true", "false")
    return f"`{default}`" if is_toml else default


def _section(option: Option, options: frozenset[str]) -> str:
    example = option.example
    if not example.startswith("["):
        example = f"[tool.ckptlint]\n{example}"
    facts = [f"Default: {_in_words_or_code(option.default)}", f"Type: `{option.kind.type_name}`"]
    if f"--{option.key}" in options:
        facts.append(f"On the command line: `--{option.key}`")
    listing = "\n".join(f"- {fact}" for fact in facts)
    return f"\n### {option.key}\n\n{option.documentation}\n\n{listing}\n\n```toml\n{example}\n```\n"
