"""How arguments are read: options and paths in any order, wrong ones named."""

from __future__ import annotations

import pytest

from ckptlint.cli.check_arguments import check_parser
from ckptlint.cli.dispatch import split
from ckptlint.cli.errors import CallError
from ckptlint.cli.overrides import discovery_for
from ckptlint.reports.formats import FORMATS
from ckptlint.settings.settings import PathPattern, RuleSelection


@pytest.mark.parametrize(
    ("arguments", "command", "rest"),
    [
        ([], "check", []),
        (["src"], "check", ["src"]),
        (["check", "src"], "check", ["src"]),
        (["./check"], "check", ["./check"]),
        (["src", "check"], "check", ["src", "check"]),
        (["check", "check"], "check", ["check"]),
        (["--fix", "rule"], "check", ["--fix", "rule"]),
        (["--", "rule"], "check", ["--", "rule"]),
        (["-q", "--color", "never", "rule", "CKP1"], "rule", ["-q", "--color", "never", "CKP1"]),
        (["--color=never", "config"], "config", ["--color=never"]),
        (["--config", "clean"], "check", ["--config", "clean"]),
        (["--help"], "help", []),
        (["-q", "-h"], "help", []),
        (["-q", "--version"], "version", ["-q"]),
        (["--select", "X", "--help"], "check", ["--select", "X", "--help"]),
    ],
)
def test_the_command_is_the_first_word(arguments: list[str], command: str, rest: list[str]) -> None:
    assert split(arguments) == (command, rest)


def test_options_and_paths_may_stand_in_any_order() -> None:
    options, words = check_parser().parse(
        ["a.py", "--select", "CKP1", "-", "-qn", "b.py", "--no-fix", "--", "--diff", "-"]
    )
    assert words == ["a.py", "-", "b.py", "--diff", "-"]
    assert options.select == ["CKP1"]
    assert (options.quiet, options.no_cache, options.fix, options.diff) == (
        True,
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--selct", "CKP1"], "unknown option `--selct` (did you mean `--select`?)"),
        (["--fixx=1"], "unknown option `--fixx` (did you mean `--fix`?)"),
        (["-Z"], "unknown option `-Z`"),
        (["--sel", "CKP1"], "unknown option `--sel` (did you mean `--select`?)"),
        (["--select"], "`--select`: expected one argument"),
        (
            ["--output-format", "jsn"],
            "`--output-format`: unknown value `jsn` (did you mean `json`?); "
            f"it is one of {', '.join(FORMATS)}",
        ),
        (
            ["--color", "red"],
            "`--color`: unknown value `red`; it is one of auto, always, never",
        ),
        (["-j", "0"], "`-j/--jobs`: `0` is not a whole number above zero"),
        (["-j", "many"], "`-j/--jobs`: `many` is not a whole number above zero"),
    ],
)
def test_wrong_options_are_named(arguments: list[str], message: str) -> None:
    with pytest.raises(CallError) as caught:
        check_parser().parse(arguments)
    expected = f"{message}\n\nFor more information, try `ckptlint check --help`."
    assert str(caught.value) == expected


def test_lists_are_divided_at_commas_and_joined_over_repetitions() -> None:
    options, _ = check_parser().parse(
        [
            *("--select", "CKP1, CKP201,", "--select", "redundant-flush"),
            *("--ignore", "CKP101", "--extend-select=CKP9", "--extend-ignore=CKP903"),
            *("--fixable", "ALL", "--unfixable", "CKP301", "--extend-fixable", "CKP2"),
            *("--exclude", "a,b", "--extend-exclude", "c"),
            *("--per-file-ignores", "tests/*:CKP1,tests/*:CKP2", "--per-file-ignores", "x:y:CKP3"),
        ]
    )
    settings = discovery_for(options, "/project").of_folder("/project")
    assert settings.selections == (
        RuleSelection(
            "the command line",
            select=("CKP1", "CKP201", "redundant-flush"),
            ignore=("CKP101",),
            extend_select=("CKP9",),
            extend_ignore=("CKP903",),
            fixable=("ALL",),
            unfixable=("CKP301",),
            extend_fixable=("CKP2",),
        ),
    )
    assert settings.exclude == tuple(PathPattern(name, "/project") for name in "abc")
    assert [(ignore.pattern.pattern, ignore.selectors) for ignore in settings.per_file_ignores] == [
        ("tests/*", ("CKP1", "CKP2")),
        ("x:y", ("CKP3",)),
    ]


@pytest.mark.parametrize("pair", ["CKP1", ":CKP1", "a:"])
def test_a_per_file_ignore_has_two_parts(pair: str) -> None:
    options, _ = check_parser().parse(["--per-file-ignores", pair])
    with pytest.raises(CallError) as caught:
        discovery_for(options, "/project")
    assert str(caught.value) == f"`--per-file-ignores`: `{pair}` is not of the form PATTERN:RULE"


def test_the_environment_stands_between_inline_settings_and_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CKPTLINT_OUTPUT_FORMAT", "github")
    monkeypatch.setenv("CKPTLINT_CACHE_DIR", "cache")
    inline = ["--config", 'output-format = "json"', "--config", "cache-dir = 'other'"]
    options, _ = check_parser().parse([*inline, "--cache-dir", "mine"])
    settings = discovery_for(options, "/project").of_folder("/project")
    assert settings.output_format == "github"
    assert settings.output_format_origin == "the environment variable CKPTLINT_OUTPUT_FORMAT"
    assert settings.cache_dir == "/project/mine"


def test_an_empty_environment_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CKPTLINT_OUTPUT_FORMAT", "")
    monkeypatch.setenv("CKPTLINT_CACHE_DIR", "")
    options, _ = check_parser().parse(["--isolated"])
    settings = discovery_for(options, "/project").of_folder("/project")
    assert settings.output_format == "full"
    assert settings.cache_dir == "/project/.ckptlint_cache"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--config", "pyproject.toml", "--config", "x.toml"],
            "`--config` names two settings files; only one can be used",
        ),
        (
            ["--config", "pyproject.toml", "--isolated"],
            "`--config FILE` and `--isolated` exclude each other",
        ),
    ],
)
def test_settings_files_that_exclude_each_other(arguments: list[str], message: str) -> None:
    options, _ = check_parser().parse(arguments)
    with pytest.raises(CallError) as caught:
        discovery_for(options, "/project")
    assert str(caught.value) == message
