"""Completion, asked of the shells themselves: bash, zsh and fish."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from ckptlint.cli.completion.call import SHELLS, Command, Kind, all_commands
from ckptlint.cli.dispatch import COMMANDS
from ckptlint.cli.main import main
from ckptlint.engine.registry import load_registry
from ckptlint.reports.formats import FORMATS
from ckptlint.settings.options import OPTIONS

if TYPE_CHECKING:
    from pathlib import Path

Captured = pytest.CaptureFixture[str]

# What is typed, and what the last word may become.
TYPED = [
    ("ckptlint che", {"check"}),
    ("ckptlint fore", {"forecast.py"}),
    ("ckptlint help ru", {"rule"}),
    ("ckptlint check --output-f", {"--output-format", "--output-file"}),
    ("ckptlint check --output-format sa", {"sarif"}),
    ("ckptlint --output-format gi", {"github", "gitlab"}),
    ("ckptlint forecast.py --watc", {"--watch"}),
    ("ckptlint check -o fore", {"forecast.py"}),
    ("ckptlint check --cache-dir f", {"folder/"}),
    ("ckptlint check --select CKP20", {"CKP201", "CKP202", "CKP203", "CKP204"}),
    ("ckptlint check --select CKP201,yield-w", {"CKP201,yield-without-save"}),
    ("ckptlint check --config extend-sel", {"extend-select="}),
    ("ckptlint rule yield-w", {"yield-without-save"}),
    ("ckptlint rule CKP903", {"CKP903"}),
    ("ckptlint config extend-e", {"extend-exclude"}),
    ("ckptlint --color never config unf", {"unfixable"}),
    ("ckptlint verify --device c", {"cpu", "cuda"}),
    ("ckptlint verify --checks exact-restart,hid", {"exact-restart,hidden-state"}),
    ("ckptlint generate-shell-completion f", {"fish"}),
    ("ckptlint clean --iso", {"--isolated"}),
    ("ckptlint -q che", {"check"}),
    ("ckptlint --fix fore", {"forecast.py"}),
    ("ckptlint --fix ru", set()),
    ("ckptlint version --select", set()),
]
TYPED_LINES = [line for line, _ in TYPED]
_PATIENCE = 60


@pytest.fixture
def folder(tmp_path: Path, capsys: Captured) -> Path:
    """A folder to stand in, and beside it the script of each shell."""
    for shell in SHELLS:
        assert main(["generate-shell-completion", shell]) == 0
        (tmp_path / f"completion.{shell}").write_text(capsys.readouterr().out)
    inside = tmp_path / "here"
    (inside / "folder").mkdir(parents=True)
    (inside / "forecast.py").touch()
    return inside


def shell_named(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def printed(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_bash(folder: Path) -> None:
    lines = ["source ../completion.bash"]
    for line, _ in TYPED:
        lines += [
            f"COMP_WORDS=({line})",
            "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))",
            "_ckptlint",
            'echo "${COMPREPLY[*]}"',
        ]
    script = "\n".join(lines)
    out = printed(shell_named("bash"), "--norc", "--noprofile", "-uc", script, folder=folder)
    answers = [set(answer.split()) for answer in out.splitlines()]
    # bash itself puts the slash after a folder.
    expected = [{word.rstrip("/") for word in words} for _, words in TYPED]
    assert dict(zip(TYPED_LINES, answers, strict=True)) == dict(
        zip(TYPED_LINES, expected, strict=True)
    )


def test_bash_takes_an_equals_sign_for_a_word(folder: Path) -> None:
    script = (
        "source ../completion.bash; "
        "COMP_WORDS=(ckptlint check --output-format = sa); COMP_CWORD=4; _ckptlint; "
        'echo "${COMPREPLY[*]}"; '
        "COMP_WORDS=(ckptlint --color = always ru); COMP_CWORD=4; _ckptlint; "
        'echo "${COMPREPLY[*]}"; '
        "COMP_WORDS=(ckptlint verify --device =); COMP_CWORD=3; _ckptlint; "
        'echo "${COMPREPLY[*]}"'
    )
    out = printed(shell_named("bash"), "--norc", "--noprofile", "-uc", script, folder=folder)
    assert out.splitlines() == ["sarif", "rule", "auto cpu cuda rehearse"]


def test_fish(folder: Path) -> None:
    lines = ["source ../completion.fish"]
    for line, _ in TYPED:
        lines += [f"complete -C '{line}'", "echo =="]
    out = printed(shell_named("fish"), "--no-config", "-c", "\n".join(lines), folder=folder)
    answers = [
        {line.partition("\t")[0] for line in answer.splitlines()}
        for answer in out.split("==\n")[:-1]
    ]
    expected = [words for _, words in TYPED]
    assert dict(zip(TYPED_LINES, answers, strict=True)) == dict(
        zip(TYPED_LINES, expected, strict=True)
    )
    assert "rule\tExplain a rule, or all rules\n" in out


class Zsh:
    """A zsh on a terminal of its own, into which lines and tabulators are typed."""

    SETUP = (
        "autoload -Uz compinit; compinit -u -D; source ../completion.zsh; unsetopt beep; "
        "tell() { print -r -- $'\\n'\"<$BUFFER>\"; BUFFER=''; zle redisplay }; zle -N tell; "
        "bindkey '^I' complete-word; bindkey '^X' tell; print REA''DY\n"
    )

    def __init__(self, zsh: str, folder: Path) -> None:
        self._terminal, other = os.openpty()
        self.process = subprocess.Popen(
            [zsh, "-f", "-i"],
            cwd=folder,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            env={**os.environ, "TERM": "dumb", "PS1": "", "COLUMNS": "500", "LINES": "200"},
        )
        os.close(other)
        self._type(self.SETUP)
        self._read("READY")

    def completed(self, line: str) -> str:
        """Give what becomes of a line when a tabulator is typed after it."""
        self._type(f"{line}\t\x18")
        text = self._read(">\r\n")
        return text[text.rindex("\n<") + 2 : text.rindex(">")]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._terminal)

    def _type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def _read(self, until: str) -> str:
        text, deadline = "", time.monotonic() + _PATIENCE
        while until not in text:
            left = deadline - time.monotonic()
            assert left > 0, f"no {until!r} in {text!r}"
            if select.select([self._terminal], [], [], left)[0]:
                text += os.read(self._terminal, 1 << 16).decode()
        return text


def test_zsh(folder: Path) -> None:
    """Where several words fit, zsh goes as far as they agree."""
    zsh = Zsh(shell_named("zsh"), folder)
    try:
        answers = {line: zsh.completed(line).rstrip(" ,") for line in TYPED_LINES}
    finally:
        zsh.end()
    assert answers == {
        line: f"{line.rpartition(' ')[0]} {_agreed(line.rpartition(' ')[2], words)}"
        for line, words in TYPED
    }


def _agreed(typed: str, words: set[str]) -> str:
    agreed = min(words, key=len) if words else typed
    while not all(word.startswith(agreed) for word in words):
        agreed = agreed[:-1]
    return agreed


@pytest.fixture(scope="module")
def commands() -> dict[str, Command]:
    return {command.name: command for command in all_commands()}


def test_everything_that_is_declared_is_offered(commands: dict[str, Command]) -> None:
    assert list(commands) == list(COMMANDS)
    check = {name: option for option in commands["check"].options for name in option.names}
    formats = check["--output-format"].values
    assert (formats.kind, [each.text for each in formats.known]) == (Kind.ONE_OF, list(FORMATS))
    rules = load_registry().rules
    known = {value.text for value in check["--ignore"].values.known}
    assert known == {"ALL", *(rule.code for rule in rules), *(rule.name for rule in rules)}
    assert {value.text for value in commands["config"].words.known} == set(OPTIONS)
    assert check["--fix"].values.kind is check["--watch"].values.kind is Kind.NOTHING
    assert check["--jobs"].values.kind is Kind.ANYTHING


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "needs the name of a shell: one of bash, zsh, fish"),
        (["bash", "zsh"], "needs the name of a shell: one of bash, zsh, fish"),
        (["fsh"], "unknown shell `fsh` (did you mean `fish`?); it is one of bash, zsh, fish"),
    ],
)
def test_a_shell_must_be_known(capsys: Captured, arguments: list[str], message: str) -> None:
    assert main(["generate-shell-completion", *arguments]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert message in error
