"""The script for fish, from version 3.1 on, with what each option and value means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint import __version__
from ckptlint.cli.completion.call import Kind, filled, listed
from ckptlint.cli.dispatch import FLAGS, VALUED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ckptlint.cli.completion.call import Command, Option, Values

_SCRIPT: Final = r"""# Completion of ckptlint @version@ in fish:
#   ckptlint generate-shell-completion fish > ~/.config/fish/completions/ckptlint.fish

function __ckptlint_command
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case @valued@
                set -e words[1]
            case @flags@
            case @names@
                echo $words[1]
                return
            case '*'
                echo check
                return
        end
        set -e words[1]
    end
    echo none
end

function __ckptlint_uses
    contains -- (__ckptlint_command) $argv
end

@functions@complete -c ckptlint -f
complete -c ckptlint -n '__ckptlint_uses none' -F
@commands@@completions@"""
_DEFAULT: Final = "check"


def script(commands: Sequence[Command]) -> str:
    """Write the script."""
    numbers = listed(commands)
    return filled(
        _SCRIPT,
        version=__version__,
        functions="".join(_function(values, number) for values, number in numbers.items()),
        names=" ".join(command.name for command in commands),
        valued=" ".join(sorted(VALUED)),
        flags=" ".join([*sorted(FLAGS), *(f"'{name}=*'" for name in sorted(VALUED))]),
        commands="".join(
            f"complete -c ckptlint -n '__ckptlint_uses none' -a {command.name}"
            f" -d {_quoted(command.meaning)}\n"
            for command in commands
        ),
        completions="".join(
            line for command in commands for line in _completions(command, numbers)
        ),
    )


def _function(values: Values, number: int) -> str:
    """Write a function that prints values that are known, each with its meaning after a tab."""
    joint = "=" if values.kind is Kind.SETTING else ""
    pairs = " ".join(
        f"{_quoted(each.text + joint)} {_quoted(each.meaning)}" for each in values.known
    )
    return f"function __ckptlint_values_{number}\n    printf '%s\\t%s\\n' {pairs}\nend\n\n"


def _completions(command: Command, numbers: Mapping[Values, int]) -> Iterator[str]:
    names = f"{command.name} none" if command.name == _DEFAULT else command.name
    begin = f"complete -c ckptlint -n '__ckptlint_uses {names}'"
    for option in command.options:
        for name in option.names:
            yield f"{begin} {_declared(name)} {_value(option, numbers)}"
    if command.words in numbers:
        yield f"{begin} -a '(__ckptlint_values_{numbers[command.words]})'\n"
    elif command.words.kind is Kind.FILE:
        yield f"{begin} -F\n"


def _declared(name: str) -> str:
    return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"


def _value(option: Option, numbers: Mapping[Values, int]) -> str:
    meaning = f"-d {_quoted(option.meaning)}\n"
    kind = option.values.kind
    if kind is Kind.NOTHING:
        return meaning
    if kind is Kind.FILE:
        return f"-r -F {meaning}"
    if kind is Kind.FOLDER:
        return f"-x -a '(__fish_complete_directories)' {meaning}"
    if option.values not in numbers:
        return f"-x {meaning}"
    function = f"__ckptlint_values_{numbers[option.values]}"
    if kind is Kind.LIST_OF:
        return f"-x -a '(__fish_complete_list , {function})' {meaning}"
    files = "-r -F" if kind is Kind.SETTING else "-x"
    return f"{files} -a '({function})' {meaning}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
