"""The options of ``ckptlint check``."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING, Final

from ckptlint.cli.arguments import (
    OneOf,
    Parser,
    add_common_options,
    add_settings_options,
    device,
    positive,
)
from ckptlint.cli.exit_codes import EXPLANATION
from ckptlint.reports.formats import FORMATS

if TYPE_CHECKING:
    from argparse import _ArgumentGroup

RULE_LISTS: Final = {
    "select": "Run these rules instead of the default ones",
    "ignore": "Do not run these rules",
    "extend-select": "Run these rules too",
    "extend-ignore": "Do not run these rules either",
    "fixable": "Let --fix touch the findings of these rules alone",
    "unfixable": "Let --fix leave the findings of these rules alone",
    "extend-fixable": "Let --fix touch the findings of these rules too",
}
PATTERN_LISTS: Final = {
    "exclude": "Leave out these files and folders, instead of the default ones",
    "extend-exclude": "Leave out these files and folders too",
}
SWITCHES: Final = ("fix", "unsafe-fixes", "fix-only", "show-fixes", "preview")
FILE_SWITCHES: Final = ("force-exclude", "respect-gitignore")

_EXAMPLES = f"""\
Examples:
  ckptlint src/                     check a folder
  ckptlint --select CKP3 run.py     check one file by the rules of CKP3
  ckptlint --diff src/              show what --fix would change
  ckptlint --fix --unsafe-fixes .   fix everything that can be fixed
  ckptlint --watch src/             check again whenever a file changes
  ckptlint - < notes.md --stdin-filename notes.md

{EXPLANATION}"""


def check_parser() -> Parser:
    """Declare the options of ``check``."""
    parser = Parser(
        "ckptlint check",
        "[OPTIONS] [PATH ...]",
        "Find restart mistakes in Python files, stubs, notebooks and Markdown. A PATH is\n"
        "a file or a folder, the current folder if none is given; - reads stdin.\n"
        "`ckptlint PATH` is the same as `ckptlint check PATH`.",
        _EXAMPLES,
    )
    _declare_fixing(parser.add_argument_group("Fixes"))
    _declare_report(parser.add_argument_group("Report"))
    _declare_rules(
        parser.add_argument_group(
            "Rules", "RULES are codes, beginnings of codes or names, divided by commas."
        )
    )
    _declare_known(
        parser.add_argument_group(
            "Old findings", "See docs/adopting.md: how to adopt ckptlint in code that has findings."
        )
    )
    _declare_files(parser.add_argument_group("Files", "PATTERNS are divided by commas."))
    _declare_running(parser.add_argument_group("Running"))
    add_settings_options(parser)
    add_common_options(parser)
    return parser


def _declare_fixing(group: _ArgumentGroup) -> None:
    group.add_argument("--fix", action=BooleanOptionalAction, help="Fix what can be fixed")
    group.add_argument(
        "--unsafe-fixes",
        action=BooleanOptionalAction,
        help="Count fixes that may change what the program means as fixes too",
    )
    group.add_argument(
        "--fix-only",
        action=BooleanOptionalAction,
        help="Fix, and report nothing of what remains; implies --fix",
    )
    group.add_argument(
        "--prove",
        action="store_true",
        help="With --fix or --diff, keep only what running the code proves: the fault before the "
        "fix, an exact restart after it; unsafe fixes too. This runs the code of your models",
    )
    group.add_argument(
        "--device",
        metavar="DEVICE",
        type=device,
        help="With --prove, where to run: auto, cpu, cuda",
    )
    group.add_argument(
        "--diff",
        action="store_true",
        help="Write nothing; print what --fix would change, and exit 1 if that is anything",
    )
    group.add_argument(
        "--show-fixes", action=BooleanOptionalAction, help="List what was fixed, by file and rule"
    )


def _declare_report(group: _ArgumentGroup) -> None:
    group.add_argument(
        "--output-format",
        metavar="FORMAT",
        type=OneOf(FORMATS),
        help=f"Write the report as {', '.join(FORMATS)} [env: CKPTLINT_OUTPUT_FORMAT]",
    )
    group.add_argument(
        "-o", "--output-file", metavar="FILE", help="Write the report to a file, not to stdout"
    )
    group.add_argument(
        "--statistics", action="store_true", help="Count the findings of each rule instead"
    )
    group.add_argument(
        "--show-files", action="store_true", help="Only list the files that would be checked"
    )
    group.add_argument(
        "--show-settings",
        action="store_true",
        help="Only show the settings that hold for the first of these files",
    )
    group.add_argument(
        "-e", "--exit-zero", action="store_true", help="Exit with 0 in spite of findings"
    )
    group.add_argument(
        "--exit-non-zero-on-fix",
        action="store_true",
        help="Exit with 1 if anything was fixed, even if nothing remains",
    )


def _declare_rules(group: _ArgumentGroup) -> None:
    for key, purpose in RULE_LISTS.items():
        group.add_argument(f"--{key}", metavar="RULES", action="append", help=purpose)
    group.add_argument(
        "--per-file-ignores",
        metavar="PATTERN:RULE",
        action="append",
        help="Do not report this rule in files that match the pattern",
    )
    group.add_argument(
        "--extend-per-file-ignores",
        metavar="PATTERN:RULE",
        action="append",
        help="The same, besides what the settings say",
    )
    group.add_argument(
        "--preview",
        action=BooleanOptionalAction,
        help="Report what a rule is not sure of, too",
    )
    group.add_argument(
        "--ignore-noqa", action="store_true", help="Report what a comment suppresses, too"
    )


def _declare_known(group: _ArgumentGroup) -> None:
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="Neither report nor fix what this file knows of; only new findings fail",
    )
    group.add_argument(
        "--no-baseline",
        dest="baseline",
        action="store_const",
        const="",
        help="Report and fix known findings too, whatever the settings say",
    )
    group.add_argument(
        "--write-baseline",
        action="store_true",
        help="Write what is found into the baseline, by default .ckptlint-baseline.json in the "
        "project root, and drop what is mended",
    )
    group.add_argument(
        "--add-noqa",
        metavar="REASON",
        nargs="?",
        const="",
        help="Write a `# noqa` for each finding; the reason, if there is one, follows its codes",
    )


def _declare_files(group: _ArgumentGroup) -> None:
    for key, purpose in PATTERN_LISTS.items():
        group.add_argument(f"--{key}", metavar="PATTERNS", action="append", help=purpose)
    group.add_argument(
        "--force-exclude",
        action=BooleanOptionalAction,
        help="Leave out excluded files even if they are named as PATH",
    )
    group.add_argument(
        "--respect-gitignore",
        action=BooleanOptionalAction,
        help="Leave out what .gitignore leaves out (the default)",
    )
    group.add_argument(
        "--stdin-filename",
        metavar="NAME",
        help="The name of what stdin holds; it decides the kind of file and the settings",
    )


def _declare_running(group: _ArgumentGroup) -> None:
    group.add_argument(
        "-w",
        "--watch",
        action="store_true",
        help="Check again whenever a file changes that the findings rest on, until Ctrl-C",
    )
    group.add_argument(
        "-n", "--no-cache", action="store_true", help="Neither read nor write the result cache"
    )
    group.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="Keep the result cache in this folder [env: CKPTLINT_CACHE_DIR]",
    )
    group.add_argument(
        "-j",
        "--jobs",
        metavar="N",
        type=positive,
        help="Use at most N processes; by default as many as are worth it",
    )
