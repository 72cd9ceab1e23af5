"""``ckptlint models``: which models there are, and which of them can be restarted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckptlint.cli.arguments import (
    Parser,
    add_common_options,
    add_output_format,
    add_settings_options,
)
from ckptlint.cli.console import Console
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.overrides import discovery_for
from ckptlint.cli.targets import STANDARD_INPUT, find_inputs
from ckptlint.engine.survey import survey
from ckptlint.reports.models import records, table

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = """\
Examples:
  ckptlint models src/
  ckptlint models --output-format json src/ > models.json

Exit codes:
  0  the files were looked at
  2  something could not be looked at, or the call is wrong
"""


def run(arguments: Sequence[str]) -> int:
    """Print what is known of the models in files and folders."""
    options, words = models_parser().parse(arguments)
    if STANDARD_INPUT in words:
        raise CallError("`ckptlint models` reads files and folders, not stdin")
    console = Console.of(options)
    folder = os.getcwd()
    inputs = find_inputs(words, None, discovery_for(options, folder), console)
    found = survey(inputs.targets)
    if options.output_format == "json":
        console.write(records(found, folder))
    elif inputs.targets:
        console.write(table(found))
    for warning in found.warnings:
        console.warn(warning)
    for fault in found.faults:
        console.error(fault)
    return ExitCode.FAILURE if found.faults else inputs.exit_code


def models_parser() -> Parser:
    """Declare the options of ``models``."""
    parser = Parser(
        "ckptlint models",
        "[OPTIONS] [PATH ...]",
        "List the classes that have a rollout: where it starts, yields, saves and\n"
        "restores, and whether it is restart-aware. Nothing is run. A PATH is a file or\n"
        "a folder, the current folder if none is given.",
        _EXAMPLES,
    )
    add_output_format(parser)
    add_settings_options(parser)
    add_common_options(parser)
    return parser
