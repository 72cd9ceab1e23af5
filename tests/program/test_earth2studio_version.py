"""Which version of Earth2Studio a project's code is checked against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.program.api.choosing import choose_version
from ckptlint.program.api.version import NEWEST, Earth2StudioVersion, is_version

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def chosen(root: Path, files: dict[str, str], named: str | None = None) -> str:
    write(root, files)
    version, _ = choose_version(named, [root / "packages"], root)
    return str(version)


UV_LOCK = """\
version = 1

[[package]]
name = "earth2studio-recipes"
version = "9.9.9"

[[package]]
name = "earth2studio"
version = "0.17.0"
source = { registry = "https://example.org/simple" }
"""


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, str(NEWEST)),
        ({"packages/earth2studio-0.18.0.dist-info/METADATA": ""}, "0.18.0 (installed)"),
        ({"packages/Earth2Studio-0.18.0.egg-info": ""}, "0.18.0 (installed)"),
        ({"packages/earth2studio_recipes-0.1.0.dist-info/METADATA": ""}, str(NEWEST)),
        ({"uv.lock": UV_LOCK}, "0.17.0 (locked in uv.lock)"),
        ({"uv.lock": UV_LOCK.replace("\n", "\r\n")}, "0.17.0 (locked in uv.lock)"),
        (
            {"poetry.lock": UV_LOCK, "pylock.toml": UV_LOCK.replace("0.17", "0.16")},
            "0.17.0 (locked in poetry.lock)",
        ),
        (
            {"pylock.toml": UV_LOCK, "requirements.txt": "earth2studio==0.16.0\n"},
            "0.17.0 (locked in pylock.toml)",
        ),
        (
            {"requirements-gpu.txt": "torch\nearth2studio[fcn,all] == 0.18.0 ; sys_platform\n"},
            "0.18.0 (pinned in requirements-gpu.txt)",
        ),
        (
            {
                "requirements.txt": "# earth2studio==0.1\nearth2studio\n",
                "pyproject.toml": '[project]\ndependencies = ["Earth2Studio[all]>=0.16,<0.20"]\n',
            },
            "0.16 (pinned in pyproject.toml)",
        ),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\nearth2studio = "^0.18"\n'},
            "0.18 (pinned in pyproject.toml)",
        ),
        (
            {
                "pyproject.toml": "[tool.poetry.dependencies]\n"
                'earth2studio = {version = "0.17.0", extras = ["fcn"]}\n'
            },
            "0.17.0 (pinned in pyproject.toml)",
        ),
        (
            {"pyproject.toml": '[dependency-groups]\nrun = ["earth2studio~=0.18.0", {x = "y"}]\n'},
            "0.18.0 (pinned in pyproject.toml)",
        ),
        (
            {"pyproject.toml": '[project.optional-dependencies]\nai = ["earth2studio==0.18.*"]\n'},
            "0.18 (pinned in pyproject.toml)",
        ),
        ({"pyproject.toml": '[project]\ndependencies = ["earth2studio<0.18"]\n'}, str(NEWEST)),
        ({"pyproject.toml": '[project]\ndependencies = ["earth2studio!=0.18"]\n'}, str(NEWEST)),
        ({"pyproject.toml": '[project]\nname = "earth2studio"\nversion = "1.0"\n'}, str(NEWEST)),
        ({"pyproject.toml": "earth2studio = [\n"}, str(NEWEST)),
        ({"pyproject.toml": 'project = "earth2studio"\ntool = 1\n'}, str(NEWEST)),
        (
            {"requirements.txt": "earth2studio @ git+https://example.org/e2s.git@0.18.0\n"},
            str(NEWEST),
        ),
        ({"requirements.txt": "earth2studio-recipes==0.1\nearth2studio_x>=0.2\n"}, str(NEWEST)),
    ],
)
def test_the_environment_counts_before_the_project_and_both_before_the_newest(
    tmp_path: Path, files: dict[str, str], told: str
) -> None:
    assert chosen(tmp_path, files).removeprefix("Earth2Studio ") == told.removeprefix(
        "Earth2Studio "
    )


def test_the_settings_count_before_all_else(tmp_path: Path) -> None:
    files = {"packages/earth2studio-0.18.0.dist-info/METADATA": "", "uv.lock": UV_LOCK}
    told = chosen(tmp_path, files, "0.16.0")
    assert told == "Earth2Studio 0.16.0 (set by `earth2studio-version`)"


def test_what_was_looked_at_is_told_where_the_project_decides(tmp_path: Path) -> None:
    write(tmp_path, {"requirements-dev.txt": ""})
    _, looked_at = choose_version(None, [tmp_path / "missing"], tmp_path)
    names = ("", "poetry.lock", "pylock.toml", "pyproject.toml", "requirements-dev.txt", "uv.lock")
    assert looked_at == tuple(str(tmp_path / name) for name in names)
    assert choose_version("0.19.0", [], tmp_path)[1] == ()


def test_a_file_that_cannot_be_read_pins_nothing(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").mkdir()
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe\nearth2studio==0.17.0\n")
    assert str(choose_version(None, [], tmp_path)[0]).endswith(
        "0.17.0 (pinned in requirements.txt)"
    )


@pytest.mark.parametrize(
    ("number", "least", "is_met"),
    [
        ("0.16.0", "0.16.0", True),
        ("0.16", "0.16.0", True),
        ("0.16.0.post1", "0.16.0", True),
        ("0.19.0+cu128", "0.19.0", True),
        ("0.16.0a0", "0.16.0", False),
        ("0.16.0.dev3", "0.16.0", False),
        ("0.16.0rc1", "0.15.9", True),
        ("0.9.0", "0.16.0", False),
        ("1", "0.16.0", True),
    ],
)
def test_a_version_before_a_release_is_before_it(number: str, least: str, is_met: bool) -> None:
    assert Earth2StudioVersion(number, "set").is_at_least(least) is is_met


NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@given(NUMBERS, NUMBERS)
def test_versions_are_ordered_by_their_numbers(left: list[int], right: list[int]) -> None:
    length = max(len(left), len(right))
    padded = [numbers + [0] * (length - len(numbers)) for numbers in (left, right)]
    one, other = (".".join(map(str, numbers)) for numbers in (left, right))
    assert Earth2StudioVersion(one, "").is_at_least(other) is (padded[0] >= padded[1])


@pytest.mark.parametrize("text", ["", "newest", ">=0.19", "0.19.*", "0..1", "0.19 0"])
def test_what_is_no_version_is_told_from_one(text: str) -> None:
    assert not is_version(text)
