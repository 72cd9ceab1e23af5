"""What a settings file may say, and what is said of one that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import Layer
from ckptlint.settings.options import OPTIONS, OptionKind
from ckptlint.settings.reading import read_file, read_inline

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, text: str | bytes, name: str = "ckptlint.toml") -> Layer | None:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_file(str(path), str(folder))


def refusal(folder: Path, text: str | bytes, name: str = "ckptlint.toml") -> str:
    with pytest.raises(SettingsError) as caught:
        read(folder, text, name)
    return str(caught.value)


def test_every_kind_of_value_is_read(folder: Path) -> None:
    layer = read(
        folder,
        'fix = true\ncache-dir = "c"\nsrc = ["a", "b"]\nselect = ["CKP1"]\n'
        '[per-file-ignores]\n"tests/**" = ["CKP2"]\n',
    )
    assert layer == Layer(
        "ckptlint.toml",
        str(folder),
        {
            "fix": True,
            "cache-dir": "c",
            "src": ("a", "b"),
            "select": ("CKP1",),
            "per-file-ignores": {"tests/**": ("CKP2",)},
        },
        (("fix", 1), ("cache-dir", 2), ("src", 3), ("select", 4), ("per-file-ignores", 5)),
    )
    assert layer.place("src") == "ckptlint.toml:3"
    assert layer.place("ignore") == "ckptlint.toml"


def test_pyproject_keeps_its_settings_in_a_table(folder: Path) -> None:
    layer = read(folder, "fix = 1\n[tool.ckptlint]\nfix = true\n", "pyproject.toml")
    assert layer == Layer("pyproject.toml", str(folder), {"fix": True}, (("fix", 3),))


@pytest.mark.parametrize(
    "text",
    ["", "[tool.other]\nfix = 1\n", "[tool]\n# ckptlint\n", "[project]\nname = 'ckptlint'\n"],
)
def test_a_pyproject_without_the_table_says_nothing(folder: Path, text: str) -> None:
    assert read(folder, text, "pyproject.toml") is None


def test_the_lines_of_tables_and_dotted_keys_are_known(folder: Path) -> None:
    text = (
        "[tool.other]\nfix = 1\n\n[tool.ckptlint]\n'fix' = true\nper-file-ignores.a = ['CKP1']\n"
        "[tool.ckptlint.extend-per-file-ignores]\nselect = ['CKP1']\n"
        "[[tool.ckptlint.verify]]\ntarget = 'a.py::b'\n"
    )
    layer = read(folder, text, "pyproject.toml")
    assert layer is not None
    lines = {"fix": 5, "per-file-ignores": 6, "extend-per-file-ignores": 7, "verify": 9}
    assert dict(layer.lines) == lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'fix = true\nextend-exclude = ["a", "b["]\n',
            "ckptlint.toml:2: `extend-exclude`: the pattern `b[` has a `[` that is never closed",
        ),
        (
            'include = [""]\n',
            "ckptlint.toml:1: `include`: the pattern `` names no file",
        ),
        (
            '[per-file-ignores]\n"!{a,b" = ["CKP1"]\n',
            "ckptlint.toml:1: `per-file-ignores`: "
            "the pattern `{a,b` has a `{` that is never closed",
        ),
    ],
)
def test_a_pattern_that_cannot_match_is_refused(folder: Path, text: str, message: str) -> None:
    assert refusal(folder, text) == message


def test_an_empty_table_counts(folder: Path) -> None:
    assert read(folder, "[tool.ckptlint]\n", "pyproject.toml") == Layer(
        "pyproject.toml", str(folder), {}
    )


def test_a_byte_order_mark_and_windows_lines_are_read(folder: Path) -> None:
    layer = read(folder, b"\xef\xbb\xbffix = true\r\nfix-only = false\r\n")
    values, lines = {"fix": True, "fix-only": False}, (("fix", 1), ("fix-only", 2))
    assert layer == Layer("ckptlint.toml", str(folder), values, lines)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "ckptlint.toml",
            '\nselct = ["CKP1"]\n',
            "ckptlint.toml:2: unknown setting `selct` (did you mean `select`?)",
        ),
        (
            "pyproject.toml",
            "[project]\nzzz = 1\n\n[tool.ckptlint]\nfix = true\nzzz = 1\n",
            "pyproject.toml:6: unknown setting `tool.ckptlint.zzz`; "
            "`ckptlint config` lists them all",
        ),
        (
            "pyproject.toml",
            "[tool.ckptlint.per-file-ignore]\n",
            "pyproject.toml:1: unknown setting `tool.ckptlint.per-file-ignore` "
            "(did you mean `per-file-ignores`?)",
        ),
        (
            "pyproject.toml",
            "tool.ckptlint.Fix = true\n",
            "pyproject.toml: unknown setting `tool.ckptlint.Fix` (did you mean `fix`?)",
        ),
        (
            "ckptlint.toml",
            'fix = "yes"\n',
            'ckptlint.toml:1: `fix` must be true or false, not the string "yes"',
        ),
        (
            "ckptlint.toml",
            "fix = 1\n",
            "ckptlint.toml:1: `fix` must be true or false, not the number 1",
        ),
        (
            "ckptlint.toml",
            "cache-dir = true\n",
            "ckptlint.toml:1: `cache-dir` must be a string, not `true`",
        ),
        (
            "ckptlint.toml",
            'earth2studio-version = ">=0.18"\n',
            'ckptlint.toml:1: `earth2studio-version` must be a version such as "0.19.0", '
            'not the string ">=0.18"',
        ),
        (
            "pyproject.toml",
            "[tool.ckptlint]\nearth2studio-version = 0.19\n",
            "pyproject.toml:2: `tool.ckptlint.earth2studio-version` must be a version such as "
            '"0.19.0", not the number 0.19',
        ),
        (
            "ckptlint.toml",
            'select = "CKP1"\n',
            "ckptlint.toml:1: `select` must be a list of rule codes, code prefixes or rule names, "
            'not the string "CKP1"',
        ),
        (
            "ckptlint.toml",
            'exclude = ["a", 2024-01-01]\n',
            "ckptlint.toml:1: `exclude` must be a list of file patterns, "
            "not a list with the date or time 2024-01-01 in it",
        ),
        (
            "ckptlint.toml",
            'fix = true\n["per-file-ignores"]\n"a" = ["CKP1"]\n"b" = "CKP1"\n',
            "ckptlint.toml:2: `per-file-ignores` must be a table of file patterns and lists of "
            'rules, not a table whose "b" is the string "CKP1"',
        ),
        (
            "ckptlint.toml",
            "per-file-ignores = []\n",
            "ckptlint.toml:1: `per-file-ignores` must be a table of file patterns and lists of "
            "rules, not a list",
        ),
        (
            "ckptlint.toml",
            "[extend]\n",
            "ckptlint.toml:1: `extend` must be a string, not a table",
        ),
        (
            "pyproject.toml",
            "[tool]\nckptlint = 1\n",
            "pyproject.toml: `tool.ckptlint` must be a table",
        ),
        (
            "pyproject.toml",
            "tool = 'ckptlint'\n",
            "pyproject.toml: `tool` must be a table",
        ),
        (
            "ckptlint.toml",
            "fix = true\nselect = [\n",
            "ckptlint.toml:3:1: invalid TOML: invalid value",
        ),
        (
            "ckptlint.toml",
            b"fix = true\n# \xff\n",
            "ckptlint.toml:2: a settings file must be UTF-8, and byte 0xff is not",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    folder: Path, name: str, text: str | bytes, message: str
) -> None:
    assert refusal(folder, text, name) == message


def test_a_file_outside_the_current_folder_is_named_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = folder / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    assert refusal(folder, "a = 1\n").startswith(f"{folder / 'ckptlint.toml'}:1: unknown setting")


def test_inline_settings(folder: Path) -> None:
    layer = read_inline('select = ["CKP1"]', "`--config`", str(folder))
    assert layer == Layer("`--config`", str(folder), {"select": ("CKP1",)})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fix = yes", "`--config`:1:7: invalid TOML: invalid value"),
        ("fxi = true", "`--config`: unknown setting `fxi` (did you mean `fix`?)"),
        ("fix = 'a'", '`--config`: `fix` must be true or false, not the string "a"'),
    ],
)
def test_wrong_inline_settings(folder: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_inline(text, "`--config`", str(folder))
    assert str(caught.value) == message


@pytest.mark.parametrize("key", OPTIONS)
def test_each_documented_example_is_valid_toml_for_its_key(folder: Path, key: str) -> None:
    option = OPTIONS[key]
    has_header = option.kind in (OptionKind.SELECTOR_TABLE, OptionKind.TARGETS)
    name = "pyproject.toml" if has_header else "ckptlint.toml"
    layer = read(folder, option.example + "\n", name)
    assert layer is not None
    assert list(layer.values) == [key]
    assert option.documentation.endswith(".")


@pytest.mark.parametrize(
    "key",
    [key for key in OPTIONS if OPTIONS[key].default.startswith(("[", "{", '"', "true", "false"))],
)
def test_each_default_written_as_toml_is_valid_for_its_key(folder: Path, key: str) -> None:
    layer = read(folder, f"{key} = {OPTIONS[key].default}\n")
    assert layer is not None
    assert list(layer.values) == [key]
