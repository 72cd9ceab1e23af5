"""The targets that the settings name for `verify`, and what is said of entries that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ckptlint.settings.discovery import Discovery
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import VerifyEntry
from ckptlint.settings.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = """\
[[verify]]
target = "model.py::build"
steps = 20
device = "cuda:1"
initial-condition = "start.py::start"
members = 4
tolerance = 1e-6

[[verify]]
target = "package.models:Forecast"
tolerance = 0
"""


def read(folder: Path, text: str, name: str = "ckptlint.toml") -> tuple[VerifyEntry, ...]:
    (folder / name).write_text(text)
    return Discovery(str(folder)).of_folder(str(folder)).verify


def refusal(folder: Path, text: str) -> str:
    path = folder / "ckptlint.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_file(str(path), str(folder))
    return str(caught.value).replace(str(path), "ckptlint.toml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_everything_that_an_entry_may_say(folder: Path) -> None:
    first, second = read(folder, EVERYTHING)
    assert first._asdict() == {
        "target": "model.py::build",
        "steps": 20,
        "device": "cuda:1",
        "initial_condition": "start.py::start",
        "members": 4,
        "tolerance": 1e-6,
        "base": str(folder),
    }
    assert second == VerifyEntry("package.models:Forecast", tolerance=0, base=str(folder))


def test_the_entries_of_a_pyproject(folder: Path) -> None:
    text = '[[tool.ckptlint.verify]]\ntarget = "a.py::build"\n'
    assert read(folder, text, "pyproject.toml") == (VerifyEntry("a.py::build", base=str(folder)),)


def test_no_entries(folder: Path) -> None:
    assert read(folder, "fix = true\n") == ()
    assert read(folder, "verify = []\n") == ()


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("verify = 3", 1, "the number 3"),
        ('verify = "model.py::build"', 1, 'the string "model.py::build"'),
        ('fix = true\nverify = ["model.py::build"]', 2, 'the string "model.py::build"'),
        ("[verify]\ntarget = 'a.py::b'", 1, "a table"),
        ("verify = [{}]", 1, "an entry without a `target`"),
        ("verify = [{steps = 3}]", 1, "an entry without a `target`"),
        ("verify = [{target = 3}]", 1, "an entry whose `target` is the number 3"),
        ("verify = [{target = 'a', step = 3}]", 1,
         "an entry with the unknown key `step` (did you mean `steps`?)"),
        ("verify = [{target = 'a', colour = 3}]", 1, "an entry with the unknown key `colour`"),
        ("verify = [{target = 'a', steps = 0}]", 1, "an entry whose `steps` is the number 0"),
        ("verify = [{target = 'a', steps = -1}]", 1, "an entry whose `steps` is the number -1"),
        ("verify = [{target = 'a', steps = 1.5}]", 1, "an entry whose `steps` is the number 1.5"),
        ("verify = [{target = 'a', steps = true}]", 1, "an entry whose `steps` is `true`"),
        ("verify = [{target = 'a', steps = '3'}]", 1, 'an entry whose `steps` is the string "3"'),
        ("verify = [{target = 'a', members = 0}]", 1, "an entry whose `members` is the number 0"),
        ("verify = [{target = 'a', tolerance = -0.5}]", 1,
         "an entry whose `tolerance` is the number -0.5"),
        ("verify = [{target = 'a', tolerance = nan}]", 1,
         "an entry whose `tolerance` is the number nan"),
        ("verify = [{target = 'a', tolerance = inf}]", 1,
         "an entry whose `tolerance` is the number inf"),
        ("verify = [{target = 'a', device = 1}]", 1, "an entry whose `device` is the number 1"),
        ("verify = [{target = 'a', device = 'tpu'}]", 1,
         'an entry whose `device` is the string "tpu"'),
        ("verify = [{target = 'a', initial-condition = []}]", 1,
         "an entry whose `initial-condition` is a list"),
        ("verify = [{target = 'a'}, {target = 1979-05-27}]", 1,
         "an entry whose `target` is the date or time 1979-05-27"),
        ("fix = true\n\n[[verify]]\ntarget = 'a'\n\n[[verify]]\nsteps = 2", 3,
         "an entry without a `target`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry(folder: Path, text: str, line: int, fault: str) -> None:
    expected = "`verify` must be a list of tables, each with a `target`"
    assert refusal(folder, text) == f"ckptlint.toml:{line}: {expected}, not {fault}"
