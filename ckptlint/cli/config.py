"""``ckptlint config``: what can be set, and what each setting does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ckptlint.cli.arguments import Parser, add_common_options, add_output_format
from ckptlint.cli.console import Console
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.markdown import painted
from ckptlint.settings.options import OPTIONS
from ckptlint.settings.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.settings.options import Option


def run(arguments: Sequence[str]) -> int:
    """Print the keys of all settings, or the explanation of one."""
    options, words = config_parser().parse(arguments)
    console = Console.of(options)
    if len(words) > 1:
        raise CallError(f"`ckptlint config` explains one setting, not {len(words)}")
    if words:
        console.write(_explained(words[0], options.output_format == "json", console))
    elif options.output_format == "json":
        console.write(_json([_record(option) for option in OPTIONS.values()]))
    else:
        console.write("".join(f"{key}\n" for key in OPTIONS))
    return ExitCode.CLEAN


def config_parser() -> Parser:
    """Declare the options of ``config``."""
    parser = Parser(
        "ckptlint config",
        "[OPTIONS] [KEY]",
        "List the settings of [tool.ckptlint] in pyproject.toml, or of ckptlint.toml;\n"
        "with a KEY, explain that one.",
    )
    add_output_format(parser)
    add_common_options(parser)
    return parser


def _explained(key: str, as_json: bool, console: Console) -> str:
    option = OPTIONS.get(key.removeprefix("tool.ckptlint."))
    if option is None:
        raise CallError(f"unknown setting `{key}`{did_you_mean(key, OPTIONS)}")
    if as_json:
        return _json(_record(option))
    return painted(
        f"{option.documentation}\n\n"
        f"Default value: {option.default}\n"
        f"Type: {option.kind.type_name}\n"
        f"Example usage:\n\n```toml\n{option.example}\n```\n",
        console.paints(sys.stdout),
    )


def _record(option: Option) -> dict[str, str]:
    return {
        "key": option.key,
        "type": option.kind.type_name,
        "default": option.default,
        "documentation": option.documentation,
        "example": option.example,
    }


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2) + "\n"
