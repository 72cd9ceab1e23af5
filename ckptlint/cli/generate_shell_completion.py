"""``ckptlint generate-shell-completion``: the script that makes a shell complete calls."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ckptlint.cli.arguments import Parser, add_common_options
from ckptlint.cli.completion.call import SHELLS, all_commands
from ckptlint.cli.console import Console
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.settings.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES = """\
Examples:
  bash  add to ~/.bashrc:
        source <(ckptlint generate-shell-completion bash)
  zsh   add to ~/.zshrc, below compinit:
        source <(ckptlint generate-shell-completion zsh)
  fish  ckptlint generate-shell-completion fish \\
            > ~/.config/fish/completions/ckptlint.fish

Whoever installs another version of ckptlint, or a rule pack, does so again.
"""


def run(arguments: Sequence[str]) -> int:
    """Print the script for one shell."""
    options, words = generate_shell_completion_parser().parse(arguments)
    console = Console.of(options)
    names = f"one of {', '.join(SHELLS)}"
    if len(words) != 1:
        raise CallError(f"`ckptlint generate-shell-completion` needs the name of a shell: {names}")
    (shell,) = words
    if shell not in SHELLS:
        raise CallError(f"unknown shell `{shell}`{did_you_mean(shell, SHELLS)}; it is {names}")
    script: str = import_module(f"ckptlint.cli.completion.{shell}").script(all_commands())
    console.write(script)
    return ExitCode.CLEAN


def generate_shell_completion_parser() -> Parser:
    """Declare the options of ``generate-shell-completion``."""
    parser = Parser(
        "ckptlint generate-shell-completion",
        "[OPTIONS] bash|zsh|fish",
        "Print the script that makes a shell complete commands, options and their values,\n"
        "rules and settings among them.",
        _EXAMPLES,
    )
    add_common_options(parser)
    return parser
