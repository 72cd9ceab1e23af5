"""Which settings hold where: the nearest file, extension, the command line over all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ckptlint.settings import discovery as discovery_module
from ckptlint.settings.defaults import DEFAULT_EXCLUDE, DEFAULT_INCLUDE
from ckptlint.settings.discovery import Discovery
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import Layer
from ckptlint.settings.reading import read_file, read_inline
from ckptlint.settings.settings import PathPattern, PerFileIgnore, RuleSelection

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def inline(folder: Path, text: str) -> Layer:
    return read_inline(text, "`--config`", str(folder))


def test_without_any_file_the_defaults_hold_from_the_current_folder(folder: Path) -> None:
    settings = Discovery(str(folder)).of_folder(str(folder / "a" / "b"))
    assert settings.root == str(folder)
    assert settings.files == ()
    assert settings.selections == ()
    assert settings.per_file_ignores == ()
    assert settings.exclude == tuple(PathPattern(name, str(folder)) for name in DEFAULT_EXCLUDE)
    assert settings.include == tuple(PathPattern(name, str(folder)) for name in DEFAULT_INCLUDE)
    assert (settings.respect_gitignore, settings.force_exclude) == (True, False)
    assert (settings.fix, settings.unsafe_fixes, settings.fix_only) == (False, False, False)
    assert settings.show_fixes is False
    assert (settings.output_format, settings.output_format_origin) == ("full", None)
    assert settings.cache_dir == str(folder / ".ckptlint_cache")
    assert settings.src == (str(folder), str(folder / "src"))
    assert settings.environment is None


def test_within_a_folder_the_first_name_wins(folder: Path) -> None:
    write(folder / "pyproject.toml", "[tool.ckptlint]\nselect = ['CKP3']\n")
    chosen = []
    for name in ("pyproject.toml", ".ckptlint.toml", "ckptlint.toml"):
        if not (folder / name).exists():
            write(folder / name, f"cache-dir = '{name}'\n")
        chosen.append(Discovery(str(folder)).of_folder(str(folder)).files)
    assert chosen == [
        (str(folder / "pyproject.toml"),),
        (str(folder / ".ckptlint.toml"),),
        (str(folder / "ckptlint.toml"),),
    ]


def test_the_nearest_file_holds_and_its_folder_is_the_root(folder: Path) -> None:
    write(folder / "ckptlint.toml", "fix = true\n")
    write(folder / "a" / "pyproject.toml", "[tool.other]\nname = 'ckptlint'\n")
    write(folder / "a" / "b" / "ckptlint.toml", "show-fixes = true\n")
    discovery = Discovery(str(folder))
    outer = discovery.of_folder(str(folder / "a"))
    inner = discovery.of_file(str(folder / "a" / "b" / "c" / "d.py"))
    assert (outer.root, outer.fix, outer.show_fixes) == (str(folder), True, False)
    assert (inner.root, inner.fix, inner.show_fixes) == (str(folder / "a" / "b"), False, True)
    assert inner.cache_dir == str(folder / "a" / "b" / ".ckptlint_cache")


def test_folders_under_one_file_share_one_object_and_one_reading(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "ckptlint.toml", "fix = true\n")
    read = []

    def counting(path: str, base: str) -> Layer | None:
        read.append(path)
        return read_file(path, base)

    monkeypatch.setattr(discovery_module, "read_file", counting)
    discovery = Discovery(str(folder))
    first = discovery.of_folder(str(folder / "a" / "b"))
    assert discovery.of_folder(str(folder / "a" / "c")) is first
    assert discovery.of_folder(str(folder / "a")) is first
    assert discovery.of_folder(str(folder)) is first
    assert len(read) == len(set(read)) == 10


def test_what_was_looked_for_is_known(folder: Path) -> None:
    write(folder / "a" / ".ckptlint.toml", "extend = '../base.toml'\n")
    write(folder / "base.toml", "")
    discovery = Discovery(str(folder))
    discovery.of_folder(str(folder / "a" / "b"))
    assert discovery.looked_for == {
        str(folder / "a" / "b" / "ckptlint.toml"),
        str(folder / "a" / "b" / ".ckptlint.toml"),
        str(folder / "a" / "b" / "pyproject.toml"),
        str(folder / "a" / "ckptlint.toml"),
        str(folder / "a" / ".ckptlint.toml"),
        str(folder / "base.toml"),
    }


def test_a_folder_named_like_a_settings_file_is_none(folder: Path) -> None:
    write(folder / "ckptlint.toml" / "x.txt", "")
    assert Discovery(str(folder)).of_folder(str(folder)).files == ()


def test_extended_settings_hold_where_the_file_says_nothing(folder: Path) -> None:
    base = write(
        folder / "base" / "pyproject.toml",
        """\
[tool.ckptlint]
select = ["CKP1"]
ignore = ["CKP101"]
exclude = ["old"]
extend-exclude = ["older"]
cache-dir = "cache"
environment = "env"
src = ["lib"]
fix = true
per-file-ignores = { "a" = ["CKP1"] }
extend-per-file-ignores = { "b" = ["CKP2"] }
""",
    )
    near = write(
        folder / "near" / "ckptlint.toml",
        """\
extend = "../base/pyproject.toml"
extend-select = ["CKP3"]
unfixable = ["CKP301"]
extend-exclude = ["oldest"]
fix = false
per-file-ignores = { "c" = ["CKP3"] }
""",
    )
    settings = Discovery(str(folder)).of_folder(str(folder / "near"))
    base_folder, near_folder = str(folder / "base"), str(folder / "near")
    base_name, near_name = "base/pyproject.toml", "near/ckptlint.toml"
    assert settings.files == (str(base), str(near))
    assert settings.root == near_folder
    assert [selection.place("select") for selection in settings.selections] == [
        f"{base_name}:2",
        near_name,
    ]
    assert [each._replace(lines=()) for each in settings.selections] == [
        RuleSelection(base_name, select=("CKP1",), ignore=("CKP101",)),
        RuleSelection(near_name, extend_select=("CKP3",), unfixable=("CKP301",)),
    ]
    assert settings.exclude == (
        PathPattern("old", base_folder),
        PathPattern("older", base_folder),
        PathPattern("oldest", near_folder),
    )
    assert settings.cache_dir == str(folder / "base" / "cache")
    assert settings.environment == str(folder / "base" / "env")
    assert settings.src == (str(folder / "base" / "lib"),)
    assert settings.fix is False
    assert settings.per_file_ignores == (
        PerFileIgnore(
            PathPattern("c", near_folder), ("CKP3",), f"{near_name}:6", "per-file-ignores"
        ),
        PerFileIgnore(
            PathPattern("b", base_folder), ("CKP2",), f"{base_name}:11", "extend-per-file-ignores"
        ),
    )


def test_the_command_line_wins_over_every_file(folder: Path) -> None:
    write(folder / "ckptlint.toml", "fix = true\noutput-format = 'json'\ninclude = ['*.py']\n")
    options = Layer("the command line", str(folder), {"output-format": "sarif"})
    overrides = [inline(folder, "fix = false\noutput-format = 'github'"), options]
    settings = Discovery(str(folder), overrides).of_folder(str(folder))
    assert settings.fix is False
    assert (settings.output_format, settings.output_format_origin) == ("sarif", "the command line")
    assert settings.include == (PathPattern("*.py", str(folder)),)
    assert [selection.origin for selection in settings.selections] == [
        "ckptlint.toml",
        "`--config`",
        "the command line",
    ]


def test_isolated_reads_no_file(folder: Path) -> None:
    write(folder / "ckptlint.toml", "this is no TOML")
    discovery = Discovery(str(folder), [inline(folder, "fix = true")], isolated=True)
    assert discovery.of_folder(str(folder)).fix is True
    assert discovery.looked_for == set()


def test_a_named_file_replaces_the_search_and_starts_at_the_current_folder(folder: Path) -> None:
    write(folder / "ckptlint.toml", "this is no TOML")
    named = write(folder / "etc" / "lint.toml", "extend = 'more.toml'\nsrc = ['lib']\n")
    write(folder / "etc" / "more.toml", "cache-dir = 'c'\n")
    discovery = Discovery(str(folder), config_file=str(named))
    settings = discovery.of_folder(str(folder / "a"))
    assert settings.root == str(folder)
    assert settings.src == (str(folder / "lib"),)
    assert settings.cache_dir == str(folder / "etc" / "c")
    assert discovery.looked_for == {str(named), str(folder / "etc" / "more.toml")}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"ckptlint.toml": "extend = 'gone.toml'\n"},
            "ckptlint.toml:1: `extend` names a file that is not there: {folder}/gone.toml",
        ),
        (
            {"ckptlint.toml": "extend = '.'\n"},
            "ckptlint.toml:1: `extend` names a folder: {folder}",
        ),
        (
            {"ckptlint.toml": "extend = 'pyproject.toml'\n", "pyproject.toml": ""},
            "ckptlint.toml:1: `extend` names pyproject.toml, which has no `[tool.ckptlint]` table",
        ),
        (
            {"ckptlint.toml": "extend = 'a.toml'\n", "a.toml": "extend = 'ckptlint.toml'\n"},
            "a.toml:1: `extend` leads back to ckptlint.toml",
        ),
        (
            {"ckptlint.toml": "extend = 'ckptlint.toml'\n"},
            "ckptlint.toml:1: `extend` leads back to ckptlint.toml",
        ),
        (
            {"ckptlint.toml": "extend = 'a.toml'\n", "a.toml": "\nfixx = true\n"},
            "a.toml:2: unknown setting `fixx` (did you mean `fix`?)",
        ),
        (
            {"ckptlint.toml": "required-version = '>=99'\n"},
            "ckptlint.toml:1: these settings are for ckptlint >=99, and this is ckptlint 9.8.7",
        ),
        (
            {"ckptlint.toml": "required-version = '~=1'\n"},
            "ckptlint.toml:1: `required-version`: `~=1` is not a version of numbers and dots",
        ),
    ],
)
def test_wrong_settings_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], message: str
) -> None:
    monkeypatch.setattr(discovery_module, "__version__", "9.8.7")
    for name, text in files.items():
        write(folder / name, text)
    with pytest.raises(SettingsError) as caught:
        Discovery(str(folder)).of_folder(str(folder))
    assert str(caught.value) == message.format(folder=folder)


def test_a_named_file_must_be_there(folder: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Discovery(str(folder), config_file=str(folder / "x.toml"))
    assert str(caught.value) == f"`--config` names a file that is not there: {folder}/x.toml"


def test_paths_may_start_at_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("USERPROFILE", str(folder / "home"))
    settings = Discovery(str(folder), [inline(folder, "cache-dir = '~/c'")]).of_folder(str(folder))
    assert settings.cache_dir == str(folder / "home" / "c")
