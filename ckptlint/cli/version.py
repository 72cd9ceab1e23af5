"""``ckptlint version``: the version, for people or for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint import __version__
from ckptlint.cli.arguments import Parser, add_common_options, add_output_format
from ckptlint.cli.console import Console
from ckptlint.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Print the version."""
    options = version_parser().parse_without_words(arguments)
    console = Console.of(options)
    if options.output_format == "json":
        import json

        console.write(json.dumps({"version": __version__}, indent=2) + "\n")
    else:
        console.write(f"ckptlint {__version__}\n")
    return ExitCode.CLEAN


def version_parser() -> Parser:
    """Declare the options of ``version``."""
    parser = Parser("ckptlint version", "[OPTIONS]", "Print the version of ckptlint.")
    add_output_format(parser)
    add_common_options(parser)
    return parser
