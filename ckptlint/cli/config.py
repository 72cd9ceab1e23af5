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
        f"{_on_the_command_line(option.key)}"
        f"Example usage:\n\n```toml\n{option.example}\n```\n",
        console.paints(sys.stdout),
    )


def _record(option: Option) -> dict[str, object]:
    """Give what programs read; the default is null where it is told in words alone."""
    return {
        "key": option.key,
        "type": option.kind.type_name,
        "default": _value(option.default),
        "default_text": option.default,
        "options": list(_options(option.key)),
        "documentation": option.documentation,
        "example": option.example,
    }


def _value(default: str) -> object:
    import tomli

    try:
        return tomli.loads(f"value = {default}")["value"]
    except tomli.TOMLDecodeError:
        return None


def _on_the_command_line(key: str) -> str:
    names = ", ".join(f"`{name}`" for name in _options(key))
    return f"On the command line: {names}\n" if names else ""


def _options(key: str) -> tuple[str, ...]:
    """Give the options of `check` that override a setting."""
    from ckptlint.cli.check_arguments import check_parser

    own = (f"--{key}", f"--no-{key}")
    names = (name for action in check_parser().actions() for name in action.option_strings)
    return tuple(name for name in names if name in own)


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2) + "\n"
