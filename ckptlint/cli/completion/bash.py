"""The script for bash, from version 3.2 on; it needs nothing but bash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint import __version__
from ckptlint.cli.completion.call import Kind, filled
from ckptlint.cli.dispatch import FLAGS, VALUED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ckptlint.cli.completion.call import Command, Values

_SCRIPT: Final = """\
# Completion of ckptlint @version@ in bash:
#   source <(ckptlint generate-shell-completion bash)

_ckptlint_one_of() {
    COMPREPLY=($(compgen -W "$1" -- "$value"))
}

_ckptlint_list_of() {
    local before=""
    [[ $value == *,* ]] && before="${value%,*},"
    COMPREPLY=($(compgen -P "$before" -W "$1" -- "${value##*,}"))
    compopt -o nospace 2> /dev/null
}

_ckptlint_file() {
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$value"))
    compopt -o filenames 2> /dev/null
}

_ckptlint_folder() {
    local IFS=$'\\n'
    COMPREPLY=($(compgen -d -- "$value"))
    compopt -o filenames 2> /dev/null
}

_ckptlint_setting() {
    COMPREPLY=($(compgen -S = -W "$1" -- "$value"))
    _ckptlint_file
    compopt -o nospace 2> /dev/null
}

_ckptlint() {
    COMPREPLY=()
    local value="${COMP_WORDS[COMP_CWORD]}" option="${COMP_WORDS[COMP_CWORD - 1]}"
    # To bash an equals sign is a word of its own.
    if [[ $value == "=" ]]; then
        value=""
    elif [[ $option == "=" ]] && ((COMP_CWORD > 1)); then
        option="${COMP_WORDS[COMP_CWORD - 2]}"
    fi
    local command="" index=1
    while ((index < COMP_CWORD)) && [[ -z $command ]]; do
        case "${COMP_WORDS[index]}" in
            @valued@)
                ((index += 1))
                [[ ${COMP_WORDS[index]} == "=" ]] && ((index += 1))
                ;;
            @flags@) ;;
            @commands@)
                command="${COMP_WORDS[index]}"
                ;;
            *)
                command=check
                ;;
        esac
        ((index += 1))
    done
    case "${command:-check} $option" in
@values@    esac
    if [[ $value == -* ]]; then
        case "${command:-check}" in
@options@        esac
        return
    fi
    case "$command" in
        "")
            _ckptlint_one_of "@all_commands@"
            _ckptlint_file
            ;;
@words@    esac
}

complete -F _ckptlint ckptlint
"""
_FUNCTIONS: Final = {
    Kind.FILE: "_ckptlint_file",
    Kind.FOLDER: "_ckptlint_folder",
    Kind.ONE_OF: "_ckptlint_one_of",
    Kind.LIST_OF: "_ckptlint_list_of",
    Kind.SETTING: "_ckptlint_setting",
}


def script(commands: Sequence[Command]) -> str:
    """Write the script."""
    names = [command.name for command in commands]
    return filled(
        _SCRIPT,
        version=__version__,
        valued=" | ".join(sorted(VALUED)),
        flags=" | ".join(sorted(FLAGS)),
        commands=" | ".join(names),
        all_commands=" ".join(names),
        values="".join(_values(commands)),
        options="".join(_options(commands)),
        words="".join(_words(commands)),
    )


def _values(commands: Sequence[Command]) -> Iterator[str]:
    """Tell for each option that takes a value what that may be."""
    for command in commands:
        places: dict[Values, list[str]] = {}
        for option in command.options:
            if option.values.kind is not Kind.NOTHING:
                words = [f'"{command.name} {name}"' for name in option.names]
                places.setdefault(option.values, []).extend(words)
        for values, patterns in places.items():
            yield f"        {' | '.join(patterns)})\n"
            yield _call(values, "            ")
            yield "            return\n            ;;\n"


def _options(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        names = " ".join(name for option in command.options for name in option.names)
        if names:
            yield f'            {command.name}) _ckptlint_one_of "{names}" ;;\n'


def _words(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        if command.words.kind is not Kind.NOTHING:
            yield f"        {command.name})\n{_call(command.words, '            ')}"
            yield "            ;;\n"


def _call(values: Values, indent: str) -> str:
    function = _FUNCTIONS.get(values.kind)
    if function is None:
        return ""
    known = " ".join(value.text for value in values.known)
    return f'{indent}{function} "{known}"\n' if known else f"{indent}{function}\n"
