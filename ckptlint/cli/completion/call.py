"""What can be typed after ``ckptlint``, read off the declarations of all commands."""

from __future__ import annotations

from argparse import SUPPRESS
from enum import Enum, auto
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.cli.arguments import OneOf
from ckptlint.cli.dispatch import COMMANDS, module_of
from ckptlint.cli.verify_arguments import CHECKS
from ckptlint.engine.registry import EVERYTHING, load_registry
from ckptlint.settings.options import OPTIONS

if TYPE_CHECKING:
    from argparse import Action
    from collections.abc import Mapping, Sequence

    from ckptlint.cli.arguments import Parser


class Kind(Enum):
    """What may be typed at a place.

    Nothing; what nothing is known of; a file; a folder; one of the values that are known; some of
    them, divided by commas; a file, or one of them and ``=`` after it.
    """

    NOTHING = auto()
    ANYTHING = auto()
    FILE = auto()
    FOLDER = auto()
    ONE_OF = auto()
    LIST_OF = auto()
    SETTING = auto()


class Value(NamedTuple):
    """A value that may be typed, and what it means; empty where the value tells all."""

    text: str
    meaning: str = ""


class Values(NamedTuple):
    """What may be typed at one place."""

    kind: Kind
    known: tuple[Value, ...] = ()


class Option(NamedTuple):
    """One option: its names, the short one first, what it does, and what it takes."""

    names: tuple[str, ...]
    meaning: str
    values: Values
    metavar: str = ""


class Command(NamedTuple):
    """One command: its options, and what the words beside them are."""

    name: str
    meaning: str
    options: tuple[Option, ...]
    words: Values


SHELLS: Final = ("bash", "zsh", "fish")
_NOTHING: Final = Values(Kind.NOTHING)
_PATHS: Final = Values(Kind.FILE)
_DEVICES: Final = ("auto", "cpu", "cuda", "rehearse")
_IN_A_MODULE_OF_ITS_OWN: Final = ("check", "verify")


def all_commands() -> tuple[Command, ...]:
    """Give every command, as it is declared, with the rules of all installed packs."""
    reading = _Reading()
    return tuple(reading.command(name, meaning) for name, meaning in COMMANDS.items())


class _Reading:
    """Reads declarations, and knows what their values may be."""

    def __init__(self) -> None:
        rules = load_registry().rules
        self._rules = (
            *(Value(rule.code, rule.name) for rule in rules),
            *(Value(rule.name, rule.code) for rule in rules),
        )
        selectors = (*self._rules, Value(EVERYTHING, "every rule"))
        settings = tuple(Value(key) for key in OPTIONS)
        self._by_metavar: Mapping[str, Values] = {
            "FILE": _PATHS,
            "FOLDER": Values(Kind.FOLDER),
            "FILE|KEY=VALUE": Values(Kind.SETTING, settings),
            "RULES": Values(Kind.LIST_OF, selectors),
            "DEVICE": Values(Kind.ONE_OF, tuple(map(Value, _DEVICES))),
            "CHECKS": Values(Kind.LIST_OF, tuple(Value(*check) for check in CHECKS.items())),
        }
        self._words: Mapping[str, Values] = {
            "check": _PATHS,
            "verify": _PATHS,
            "models": _PATHS,
            "rule": Values(Kind.ONE_OF, self._rules),
            "config": Values(Kind.ONE_OF, settings),
            "generate-shell-completion": Values(Kind.ONE_OF, tuple(map(Value, SHELLS))),
            "help": Values(Kind.ONE_OF, tuple(Value(*command) for command in COMMANDS.items())),
        }

    def command(self, name: str, meaning: str) -> Command:
        """Read the declaration of one command."""
        actions = [] if name == "help" else [*_parser_of(name).actions()]
        options = tuple(map(self._option, actions))
        return Command(name, meaning, options, self._words.get(name, _NOTHING))

    def _option(self, action: Action) -> Option:
        names = tuple(sorted(action.option_strings, key=len))
        meaning = (action.help or "").replace("%%", "%")
        metavar = action.metavar if isinstance(action.metavar, str) else ""
        return Option(names, "" if meaning == SUPPRESS else meaning, self._values(action), metavar)

    def _values(self, action: Action) -> Values:
        if action.nargs in (0, "?"):
            return _NOTHING
        if isinstance(action.type, OneOf):
            return Values(Kind.ONE_OF, tuple(map(Value, action.type.names)))
        return self._by_metavar.get(str(action.metavar), Values(Kind.ANYTHING))


def _parser_of(command: str) -> Parser:
    name = module_of(command)
    module = f"{name}_arguments" if command in _IN_A_MODULE_OF_ITS_OWN else name
    parser: Parser = getattr(import_module(f"ckptlint.cli.{module}"), f"{name}_parser")()
    return parser


def listed(commands: Sequence[Command]) -> dict[Values, int]:
    """Give a number to all that has known values, so that each of it is written once."""
    found: dict[Values, int] = {}
    for command in commands:
        for values in (*(option.values for option in command.options), command.words):
            if values.known:
                found.setdefault(values, len(found) + 1)
    return found


def filled(script: str, **parts: str) -> str:
    """Put the parts of a script where their names stand, as in ``@name@``."""
    for name, part in parts.items():
        script = script.replace(f"@{name}@", part)
    return script
