"""From the arguments to the command that they call."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ckptlint.cli.exit_codes import EXPLANATION, ExitCode
from ckptlint.cli.output import write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMMANDS: Final[Mapping[str, str]] = {
    "check": "Find restart mistakes in files and folders (the default command)",
    "verify": "Prove restarts by running them: stop, restart, compare bit for bit",
    "models": "List the models: where they yield, save, restore; which can restart",
    "server": "Serve an editor: find restart mistakes while they are typed",
    "rule": "Explain a rule, or all rules",
    "config": "List the settings, or explain one",
    "generate-shell-completion": "Print what makes bash, zsh or fish complete calls",
    "clean": "Remove the result caches of this folder and those below it",
    "version": "Print the version",
    "help": "Print this help, or that of a command",
}

_HELP: Final = """\
ckptlint: restart mistakes in AI weather models on Earth2Studio, found and fixed

Usage: ckptlint [COMMAND] [OPTIONS] [PATH ...]

Commands:
{commands}

`ckptlint PATH` is the same as `ckptlint check PATH`; a path that is named like
a command is written `./check`. `ckptlint COMMAND --help` explains a command.

Examples:
  ckptlint                    check the current folder
  ckptlint src/ guide.md      check a folder and a file
  ckptlint --fix src/         fix what can be fixed safely
  ckptlint verify src/model.py::build
                              prove that a model restarts exactly
  ckptlint rule CKP201        explain a rule
  ckptlint config exclude     explain a setting

Options:
  -h, --help                  print this help
  -V, --version               print the version

{exit_codes}"""

VALUED: Final = frozenset({"--config", "--color"})
"""The options with a value that may stand before the command; any other means ``check``."""
FLAGS: Final = frozenset({"--isolated", "-q", "--quiet", "-v", "--verbose", "-s", "--silent"})
"""Those without a value."""


def dispatch(arguments: Sequence[str]) -> int:
    """Run the command that the arguments call, and give its exit code."""
    command, rest = split(arguments)
    if command == "help":
        return _help(rest)
    if command == "check":
        from ckptlint.cli.check import run as run_check

        return run_check(rest, arguments)
    run: Callable[[Sequence[str]], int] = import_module(f"ckptlint.cli.{module_of(command)}").run
    return run(rest)


def module_of(command: str) -> str:
    """Give the name of the module that a command is in."""
    return command.replace("-", "_")


def split(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Tell the command and its arguments; options that all commands share may come before it."""
    index = 0
    while index < len(arguments):
        word = arguments[index]
        if word in VALUED:
            index += 2
        elif word in FLAGS or word.partition("=")[0] in VALUED:
            index += 1
        else:
            break
    word = arguments[index] if index < len(arguments) else ""
    rest = [*arguments[:index], *arguments[index + 1 :]]
    if word in COMMANDS:
        return word, rest
    if word in ("-h", "--help"):
        return "help", []
    if word in ("-V", "--version"):
        return "version", rest
    return "check", list(arguments)


def _help(words: Sequence[str]) -> int:
    topic = next((word for word in words if not word.startswith("-")), "help")
    if topic in COMMANDS and topic != "help":
        return dispatch([topic, "--help"])
    if topic != "help":
        from ckptlint.cli.errors import CallError
        from ckptlint.settings.suggestion import did_you_mean

        raise CallError(f"unknown command `{topic}`{did_you_mean(topic, COMMANDS)}")
    commands = "\n".join(_line(name, purpose) for name, purpose in COMMANDS.items())
    write(sys.stdout, _HELP.format(commands=commands, exit_codes=EXPLANATION))
    return ExitCode.CLEAN


def _line(name: str, purpose: str) -> str:
    """Write a command and its purpose; after a long name the purpose has a line of its own."""
    return f"  {name:<10}{purpose}" if len(name) < 10 else f"  {name}\n{'':<12}{purpose}"
