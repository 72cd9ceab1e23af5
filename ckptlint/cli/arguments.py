"""What all commands share in reading their arguments: argparse, with our messages and help."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from ckptlint.cli.errors import CallError
from ckptlint.cli.output import flush, write
from ckptlint.settings.device_names import DEVICE_NAMES, is_device
from ckptlint.settings.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed import SupportsWrite

HELP_WIDTH: Final = 80


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help in 80 columns whatever the terminal, the same under every version of Python."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=HELP_WIDTH)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings:
            return self._metavar_formatter(action, action.dest)(1)[0]
        names = ", ".join(action.option_strings)
        if action.nargs == 0:
            return names
        if action.nargs == argparse.OPTIONAL:
            return f"{names}[={action.metavar}]"
        return f"{names} {self._format_args(action, action.dest.upper())}"


class Parser(argparse.ArgumentParser):
    """A parser of options; words that are no options are returned beside them, wherever they stand.

    Parameters
    ----------
    command : str
        What is typed before the arguments, as in ``ckptlint rule``.
    usage : str
        The usage line after the command.
    description, epilog : str
        What stands above and below the options in the help.
    """

    def __init__(self, command: str, usage: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=command,
            usage=argparse.SUPPRESS,
            description=f"Usage: {command} {usage}\n\n{description}",
            epilog=epilog,
            formatter_class=HelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )

    def parse(self, arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
        """Read the arguments.

        Returns
        -------
        options : argparse.Namespace
            The options; one that is not given is None.
        words : list[str]
            Everything else, in order; what follows ``--`` is never an option.

        Raises
        ------
        CallError
            If an option is unknown or has a wrong value.
        """
        end = arguments.index("--") if "--" in arguments else len(arguments)
        options, words = self.parse_known_args([*map(self._closed, arguments[:end])])
        for word in words:
            if word.startswith("-") and word != "-":
                self._refuse(word)
        return options, [*words, *arguments[end + 1 :]]

    def parse_without_words(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read the arguments of a command that takes options alone.

        Raises
        ------
        CallError
            If an option is unknown or has a wrong value, or there is a word beside the options.
        """
        options, words = self.parse(arguments)
        if words:
            self.error(f"unexpected argument `{words[0]}`")
        return options

    def actions(self) -> Sequence[argparse.Action]:
        """Give the declarations of all options, in their order."""
        return [*self._actions]

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help to stdout."""
        write(sys.stdout, self.format_help())
        flush(sys.stdout)

    def error(self, message: str) -> NoReturn:
        """Refuse the call with argparse's `message`."""
        name, colon, rest = message.removeprefix("argument ").partition(": ")
        text = f"`{name}`: {rest}" if colon and message.startswith("argument ") else message
        raise CallError(f"{text}\n\nFor more information, try `{self.prog} --help`.")

    def _closed(self, word: str) -> str:
        """Keep an option whose value may be left out from taking the next word for its value."""
        action = self._option_string_actions.get(word)
        if action is None or action.nargs != argparse.OPTIONAL:
            return word
        return f"{word}={action.const}"

    def _refuse(self, word: str) -> NoReturn:
        name = word.partition("=")[0]
        hint = did_you_mean(name, [name for name in self._option_string_actions if len(name) > 2])
        self.error(f"unknown option `{name}`{hint}")


class OneOf:
    """The type of an option whose value is one of `names`."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)

    def __call__(self, text: str) -> str:
        """Give the value back, or refuse it."""
        if text in self.names:
            return text
        hint = did_you_mean(text, self.names)
        raise argparse.ArgumentTypeError(
            f"unknown value `{text}`{hint}; it is one of {', '.join(self.names)}"
        )


def positive(text: str) -> int:
    """Read a whole number above zero, as the type of an option."""
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is not a whole number above zero")


def device(text: str) -> str:
    """Read the name of a device, as the type of an option."""
    if is_device(text):
        return text
    raise argparse.ArgumentTypeError(f"unknown device `{text}`; it is one of {DEVICE_NAMES}")


def add_common_options(parser: Parser) -> None:
    """Declare what every command takes."""
    levels = parser.add_argument_group("Messages")
    levels.add_argument(
        "-v", "--verbose", action="store_true", help="Tell on stderr what is done, and why"
    )
    levels.add_argument(
        "-q", "--quiet", action="store_true", help="Print findings and errors, and nothing else"
    )
    levels.add_argument(
        "-s", "--silent", action="store_true", help="Print errors alone; the exit code tells"
    )
    levels.add_argument(
        "--color",
        metavar="WHEN",
        type=OneOf(("auto", "always", "never")),
        help="Colour the output: auto (on a terminal; NO_COLOR and FORCE_COLOR are heeded), "
        "always or never",
    )
    levels.add_argument("-h", "--help", action="help", help="Print this help")


def add_output_format(parser: Parser) -> None:
    """Declare the choice between text and JSON."""
    parser.add_argument_group("Output").add_argument(
        "--output-format",
        metavar="FORMAT",
        type=OneOf(("text", "json")),
        help="Write text or json",
    )


def add_settings_options(parser: Parser) -> None:
    """Declare where settings come from."""
    group = parser.add_argument_group("Settings")
    group.add_argument(
        "--config",
        metavar="FILE|KEY=VALUE",
        action="append",
        help="Use this settings file instead of searching for one, or override one setting by "
        "TOML, as in --config 'src = [\"lib\"]'; may be repeated",
    )
    group.add_argument("--isolated", action="store_true", help="Read no settings file")
