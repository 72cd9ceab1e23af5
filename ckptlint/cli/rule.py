"""``ckptlint rule``: what a rule finds, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ckptlint.cli.arguments import Parser, add_common_options, add_output_format
from ckptlint.cli.console import Console
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.markdown import painted
from ckptlint.engine.registry import load_registry
from ckptlint.reports.rule_page import page_of
from ckptlint.settings.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.engine.registry import Registry
    from ckptlint.rule import Rule

_EXAMPLES = """\
Examples:
  ckptlint rule CKP201
  ckptlint rule yield-without-save
  ckptlint rule --all --output-format json
"""


def run(arguments: Sequence[str]) -> int:
    """Print the documentation of rules."""
    options, words = rule_parser().parse(arguments)
    if bool(words) == options.all:
        raise CallError(
            "name either rules or --all\n\nFor more information, try `ckptlint rule --help`."
        )
    console = Console.of(options)
    registry = load_registry()
    rules = registry.rules if options.all else _named(words, registry)
    if options.output_format == "json":
        import json

        records = [_record(rule) for rule in rules]
        alone = len(records) == 1 and not options.all
        console.write(json.dumps(records[0] if alone else records, indent=2) + "\n")
    else:
        text = "\n".join(page_of(rule) for rule in rules)
        console.write(painted(text, console.paints(sys.stdout)))
    for fault in registry.faults:
        console.error(fault)
    return ExitCode.FAILURE if registry.faults else ExitCode.CLEAN


def rule_parser() -> Parser:
    """Declare the options of ``rule``."""
    parser = Parser(
        "ckptlint rule",
        "[OPTIONS] CODE|NAME ...",
        "Explain rules: what each finds, why that is bad, and what to write instead.\n"
        "The beginning of codes, as in CKP2, stands for all of them.",
        _EXAMPLES,
    )
    parser.add_argument_group("Rules").add_argument(
        "--all", action="store_true", help="Explain every rule"
    )
    add_output_format(parser)
    add_common_options(parser)
    return parser


def _named(words: Sequence[str], registry: Registry) -> list[Rule]:
    found: dict[str, Rule] = {}
    for word in words:
        rules = registry.find(word)
        if not rules:
            raise CallError(f"unknown rule `{word}`{did_you_mean(word, registry.selectors())}")
        found.update((rule.code, rule) for rule in rules)
    return list(found.values())


def _record(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity,
        "fix_availability": rule.fix,
        "evidence": list(rule.evidence),
        "on_by_default": rule.on_by_default,
        "documentation": rule.documentation.strip() + "\n",
    }
