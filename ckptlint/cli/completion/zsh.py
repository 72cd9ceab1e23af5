"""The script for zsh: for its completion system, with what each option and value means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint import __version__
from ckptlint.cli.completion.call import Kind, filled, listed
from ckptlint.cli.dispatch import FLAGS, VALUED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ckptlint.cli.completion.call import Command, Option, Value, Values

_SCRIPT: Final = r"""#compdef ckptlint
# Completion of ckptlint @version@ in zsh: a file `_ckptlint` in a folder of $fpath, or
#   source <(ckptlint generate-shell-completion zsh)

@functions@_ckptlint_command() {
    local -a values=(
@commands@    )
    _describe -t commands command values
}

_ckptlint() {
    local curcontext="$curcontext" command=""
    integer index=2
    while ((index < CURRENT)) && [[ -z $command ]]; do
        case ${words[index]} in
            (@valued@) ((index += 1)) ;;
            (@flags@) ;;
            (@names@)
                command=${words[index]}
                shift $((index - 1)) words
                ((CURRENT -= index - 1))
                ;;
            (*) command=check ;;
        esac
        ((index += 1))
    done
    if [[ -z $command && $index -eq $CURRENT && ${words[CURRENT]} != -* ]]; then
        _alternative 'commands:command:_ckptlint_command' 'files:file:_files'
        return
    fi
    case ${command:-check} in
@specifications@    esac
}

if [[ $funcstack[1] == _ckptlint ]]; then
    _ckptlint "$@"
else
    compdef _ckptlint ckptlint
fi
"""


def script(commands: Sequence[Command]) -> str:
    """Write the script."""
    numbers = listed(commands)
    return filled(
        _SCRIPT,
        version=__version__,
        functions="".join(_function(values, number) for values, number in numbers.items()),
        commands="".join(
            f"        {_quoted(_pair(command.name, command.meaning))}\n" for command in commands
        ),
        names="|".join(command.name for command in commands),
        valued="|".join(sorted(VALUED)),
        flags="|".join([*sorted(FLAGS), *(f"{name}=*" for name in sorted(VALUED))]),
        specifications="".join(_specifications(commands, numbers)),
    )


def _function(values: Values, number: int) -> str:
    """Write a function that offers values that are known."""
    if values.kind is Kind.LIST_OF:
        entries = "".join(f" \\\n        {_quoted(_entry(value))}" for value in values.known)
        return f"_ckptlint_values_{number}() {{\n    _values -s , value{entries}\n}}\n\n"
    entries = "".join(f"        {_quoted(_pair(*value))}\n" for value in values.known)
    offer = "_describe value values"
    if values.kind is Kind.SETTING:
        offer = "_describe setting values -qS =\n    _files"
    body = f"    local -a values=(\n{entries}    )\n    {offer}\n"
    return f"_ckptlint_values_{number}() {{\n{body}}}\n\n"


def _specifications(commands: Sequence[Command], numbers: Mapping[Values, int]) -> Iterator[str]:
    for command in commands:
        yield f"        ({command.name})\n            _arguments -s -S"
        for option in command.options:
            yield f" \\\n                {_specification(option, numbers)}"
        action = _action(command.words, numbers)
        if command.words.kind is not Kind.NOTHING:
            yield f" \\\n                {_quoted(f'*:{action.lstrip()}')}"
        yield "\n            ;;\n"


def _specification(option: Option, numbers: Mapping[Values, int]) -> str:
    takes = option.values.kind is not Kind.NOTHING
    names = [f"{name}{_joint(name) if takes else ''}" for name in option.names]
    joined = f"{{{','.join(names)}}}" if len(names) > 1 else names[0]
    meaning = f"[{_escaped(option.meaning, '[]:')}]"
    value = f":{_action(option.values, numbers, option.metavar)}" if takes else ""
    return f"'*'{joined}{_quoted(meaning + value)}"


def _joint(name: str) -> str:
    """Say that a value may follow a name at once: after ``=``, or after a letter."""
    return "=" if name.startswith("--") else "+"


def _action(values: Values, numbers: Mapping[Values, int], called: str = "value") -> str:
    title = _escaped(called.lower() or "value", ":|=")
    if values in numbers:
        return f"{title}:_ckptlint_values_{numbers[values]}"
    return title + {Kind.FILE: ":_files", Kind.FOLDER: ":_files -/"}.get(values.kind, ":")


def _pair(text: str, meaning: str) -> str:
    name = _escaped(text, ":")
    return f"{name}:{meaning}" if meaning else name


def _entry(value: Value) -> str:
    return f"{value.text}[{_escaped(value.meaning, '[]:')}]" if value.meaning else value.text


def _escaped(text: str, characters: str) -> str:
    return "".join(f"\\{each}" if each in characters else each for each in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
