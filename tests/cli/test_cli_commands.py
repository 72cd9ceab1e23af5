"""The commands beside check: rule, config, version and help, and calls that fail."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from calls import Captured, call

from ckptlint import __version__
from ckptlint.cli import rule as rule_command
from ckptlint.cli.dispatch import COMMANDS
from ckptlint.cli.main import main
from ckptlint.engine.cache_folder import CacheFolder
from ckptlint.engine.registry import Registry
from ckptlint.rule import Evidence, FixAvailability, Rule, Severity
from ckptlint.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST = Rule(
    "CKP801",
    "first-rule",
    "First.\n\n## What it does\nFinds `a`, not ``b``.\n\n```python\n# a `b`\n```\n",
    Severity.ERROR,
    ((b"a",),),
    FixAvailability.SOMETIMES,
    (Evidence.ROLLOUT, Evidence.STATIC),
    None,
)
SECOND = Rule(
    "CKP802",
    "second-rule",
    "Second.",
    Severity.WARNING,
    ((b"b",),),
    FixAvailability.NEVER,
    (),
    None,
    on_by_default=False,
)
FIRST_PAGE = """\
# first-rule (CKP801)

- Severity: error
- Fix: sometimes available
- Evidence: rollout, static

First.

## What it does
Finds `a`, not ``b``.

```python
# a `b`
```
"""
SECOND_PAGE = """\
# second-rule (CKP802)

- Severity: warning
- Fix: never available
- Evidence: none
- Off by default

Second.
"""
FIRST_RECORD = {
    "code": "CKP801",
    "name": "first-rule",
    "summary": "First.",
    "severity": "error",
    "fix_availability": "sometimes",
    "evidence": ["rollout", "static"],
    "on_by_default": True,
    "documentation": FIRST.documentation,
}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CKPTLINT_BACKTRACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_command, "load_registry", lambda: Registry((FIRST, SECOND)))


@pytest.mark.parametrize("arguments", [["--version"], ["-V"], ["version"], ["-v", "-V"]])
def test_version(capsys: Captured, arguments: list[str]) -> None:
    assert call(capsys, *arguments) == (0, f"ckptlint {__version__}\n", "")


def test_version_for_programs(capsys: Captured) -> None:
    expected = f'{{\n  "version": "{__version__}"\n}}\n'
    assert call(capsys, "version", "--output-format", "json") == (0, expected, "")


@pytest.mark.parametrize("words", [["CKP801"], ["first-rule"], ["--color", "never", "CKP801"]])
@pytest.mark.usefixtures("two_rules")
def test_a_rule_is_explained(capsys: Captured, words: list[str]) -> None:
    assert call(capsys, "rule", *words) == (0, FIRST_PAGE, "")


@pytest.mark.parametrize("words", [["--all"], ["CKP8"], ["CKP801", "second-rule", "first-rule"]])
@pytest.mark.usefixtures("two_rules")
def test_several_rules_are_explained(capsys: Captured, words: list[str]) -> None:
    assert call(capsys, "rule", *words) == (0, f"{FIRST_PAGE}\n{SECOND_PAGE}", "")


@pytest.mark.usefixtures("two_rules")
def test_rules_for_programs(capsys: Captured) -> None:
    code, out, error = call(capsys, "rule", "CKP801", "--output-format", "json")
    assert (code, json.loads(out), error) == (0, FIRST_RECORD, "")
    code, out, error = call(capsys, "rule", "--all", "--output-format", "json")
    assert (code, error) == (0, "")
    assert json.loads(out)[0] == FIRST_RECORD
    assert [record["code"] for record in json.loads(out)] == ["CKP801", "CKP802"]


@pytest.mark.usefixtures("two_rules")
def test_a_page_in_colour_sets_off_headings_and_code(capsys: Captured) -> None:
    _, out, _ = call(capsys, "rule", "CKP801", "--color=always")
    assert out == (
        "\x1b[1m# first-rule (CKP801)\x1b[0m\n\n"
        "- Severity: error\n- Fix: sometimes available\n- Evidence: rollout, static\n\n"
        "First.\n\n\x1b[1m## What it does\x1b[0m\n"
        "Finds \x1b[36m`a`\x1b[0m, not \x1b[36m``b``\x1b[0m.\n\n"
        "\x1b[1;94m```python\x1b[0m\n# a `b`\n\x1b[1;94m```\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["CKP803"], "unknown rule `CKP803` (did you mean `CKP802`?)"),
        (["frist-rule"], "unknown rule `frist-rule` (did you mean `first-rule`?)"),
        ([], "name either rules or --all\n\nFor more information, try `ckptlint rule --help`."),
        (
            ["CKP801", "--all"],
            "name either rules or --all\n\nFor more information, try `ckptlint rule --help`.",
        ),
    ],
)
@pytest.mark.usefixtures("two_rules")
def test_a_rule_that_is_not_there(capsys: Captured, words: list[str], message: str) -> None:
    code, out, error = call(capsys, "rule", *words)
    assert (code, out) == (2, "")
    assert error in (f"error: {message}\n", f"error: {message.replace('802', '801')}\n")


def test_a_rule_pack_that_cannot_be_loaded_is_a_fault(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Registry((FIRST,), faults=("rule pack x: y",))
    monkeypatch.setattr(rule_command, "load_registry", lambda: broken)
    assert call(capsys, "rule", "--all") == (2, FIRST_PAGE, "error: rule pack x: y\n")


def test_the_settings_are_listed(capsys: Captured) -> None:
    assert call(capsys, "config") == (0, "".join(f"{key}\n" for key in OPTIONS), "")


@pytest.mark.parametrize("key", ["force-exclude", "tool.ckptlint.force-exclude"])
def test_a_setting_is_explained(capsys: Captured, key: str) -> None:
    expected = """\
Whether `exclude` and `extend-exclude` also hold for a file that is named on the command
line. Programs that name every file, such as pre-commit, want that; our hooks ask for it.

Default value: false
Type: bool
On the command line: `--force-exclude`, `--no-force-exclude`
Example usage:

```toml
force-exclude = true
```
"""
    assert call(capsys, "config", key) == (0, expected, "")


def test_settings_for_programs(capsys: Captured) -> None:
    code, out, _ = call(capsys, "config", "fix", "--output-format", "json")
    option = OPTIONS["fix"]
    record = {
        "key": "fix",
        "type": "bool",
        "default": False,
        "default_text": "false",
        "options": ["--fix", "--no-fix"],
        "documentation": option.documentation,
        "example": "fix = true",
    }
    assert (code, json.loads(out)) == (0, record)
    code, out, _ = call(capsys, "config", "--output-format", "json")
    records = json.loads(out)
    assert [each["key"] for each in records] == list(OPTIONS)
    assert record in records
    values = {each["key"]: each["default"] for each in records}
    assert values["include"] == ["*.py", "*.pyi", "*.ipynb", "*.md", "*.markdown"]
    assert (values["output-format"], values["per-file-ignores"]) == ("full", {})
    in_words = {key for key, value in values.items() if value is None}
    assert in_words == {
        "select", "environment", "earth2studio-version", "baseline", "extend", "required-version"
    }  # fmt: skip
    options = {each["key"]: each["options"] for each in records}
    assert (options["extend-exclude"], options["verify"]) == (["--extend-exclude"], [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["config", "exclud"], "unknown setting `exclud` (did you mean `exclude`?)"),
        (["config", "fix", "src"], "`ckptlint config` explains one setting, not 2"),
        (["help", "chekc"], "unknown command `chekc` (did you mean `check`?)"),
        (
            ["version", "now"],
            "unexpected argument `now`\n\nFor more information, try `ckptlint version --help`.",
        ),
    ],
)
def test_wrong_calls(capsys: Captured, arguments: list[str], message: str) -> None:
    assert call(capsys, *arguments) == (2, "", f"error: {message}\n")


def helps() -> list[list[str]]:
    return [["--help"], *([name, "--help"] for name in COMMANDS if name != "help")]


@pytest.mark.parametrize("arguments", helps())
def test_helps_fit_a_terminal(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    code, out, error = call(capsys, *arguments)
    assert (code, error) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "Usage: ckptlint" in out
    assert call(capsys, *reversed(arguments), "-q" if len(arguments) == 1 else "-h")[0] == 0


def test_help_of_a_command_by_either_way(capsys: Captured) -> None:
    assert call(capsys, "help", "rule") == call(capsys, "rule", "-h")
    assert call(capsys, "help") == call(capsys, "--help")


def test_help_of_version_is_whole(capsys: Captured) -> None:
    assert (
        call(capsys, "version", "--help")[1]
        == """\
Usage: ckptlint version [OPTIONS]

Print the version of ckptlint.

Output:
  --output-format FORMAT  Write text or json

Messages:
  -v, --verbose           Tell on stderr what is done, and why
  -q, --quiet             Print findings and errors, and nothing else
  -s, --silent            Print errors alone; the exit code tells
  --color WHEN            Colour the output: auto (on a terminal; NO_COLOR and
                          FORCE_COLOR are heeded), always or never
  -h, --help              Print this help
"""
    )


def failing(error: BaseException) -> object:
    def load() -> Sequence[object]:
        raise error

    return load


def test_a_mistake_of_ckptlint_shows_no_traceback(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_command, "load_registry", failing(KeyError("a\nb")))
    assert call(capsys, "rule", "--all") == (
        2,
        "",
        f"error: ckptlint {__version__} failed: KeyError: 'a\\nb'\n\n"
        "This is a mistake in ckptlint, not in your code. Please report it, with the call and\n"
        "with the traceback that is shown when the environment variable CKPTLINT_BACKTRACE is 1.\n",
    )


def test_the_traceback_is_shown_to_who_asks(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_command, "load_registry", failing(ValueError()))
    _, _, error = call(capsys, "rule", "--all", "--verbose")
    assert error.startswith(f"error: ckptlint {__version__} failed: ValueError\n\nThis is")
    assert "\nTraceback (most recent call last):\n" in error
    monkeypatch.setenv("CKPTLINT_BACKTRACE", "1")
    monkeypatch.setattr(rule_command, "load_registry", failing(ValueError()))
    assert call(capsys, "rule", "--all")[2] == error


def test_an_interruption_is_quiet(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_command, "load_registry", failing(KeyboardInterrupt()))
    assert call(capsys, "rule", "--all") == (130, "", "")


@pytest.mark.parametrize(
    ("environment", "arguments", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": ""}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, [], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_when_colours_are_written(
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    arguments: list[str],
    colored: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    error = call(capsys, "config", "nothing", *arguments)[2]
    word = "\x1b[1;91merror\x1b[0m\x1b[1m:\x1b[0m" if colored else "error:"
    assert error == f"{word} unknown setting `nothing`\n"


@pytest.mark.usefixtures("two_rules")
def test_what_stdout_cannot_encode_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    accented = Rule(
        "CKP803", "third", "Météo …", Severity.ERROR, (), FixAvailability.NEVER, (), None
    )
    monkeypatch.setattr(rule_command, "load_registry", lambda: Registry((accented,)))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    assert main(["rule", "CKP803"]) == 0
    assert written.getvalue().splitlines()[-1] == b"M\xe9t\xe9o \\u2026"


def make_cache(folder: Path) -> Path:
    CacheFolder(str(folder)).write(str(folder / "entry" / "result"), b"x")
    return folder


def test_clean_removes_the_caches_here_and_below(project: Path, capsys: Captured) -> None:
    make_cache(project / ".ckptlint_cache")
    make_cache(project / "a" / ".ckptlint_cache")
    assert call(capsys, "clean") == (
        0,
        "",
        "Removed the cache .ckptlint_cache\nRemoved the cache a/.ckptlint_cache\n",
    )
    assert list(project.iterdir()) == [project / "a"]
    assert list((project / "a").iterdir()) == []
    assert call(capsys, "clean") == (0, "", "")


def test_clean_removes_the_cache_that_the_settings_name(project: Path, capsys: Captured) -> None:
    cache = make_cache(project / "mine")
    (project / "ckptlint.toml").write_text('cache-dir = "mine"\n')
    assert call(capsys, "clean", "-q") == (0, "", "")
    assert not cache.exists()


def test_clean_removes_nothing_but_caches(project: Path, capsys: Captured) -> None:
    (project / "mine" / "work").mkdir(parents=True)
    (project / "mine" / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55")
    assert call(capsys, "clean", "--cache-dir", "mine") == (
        2,
        "",
        "error: mine is no cache of ckptlint, and is left as it is\n",
    )
    assert (project / "mine" / "work").is_dir()
