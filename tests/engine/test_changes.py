"""What counts as a change of the files and folders that a run rests on."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from ckptlint.engine.changes import Changes

if TYPE_CHECKING:
    from pathlib import Path

LATER = 1 << 62
"""A start that everything lies before."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"one")
    return path


def resting_on(*paths: Path) -> Changes:
    changes = Changes()
    changes.rest_on(map(str, paths), LATER, {})
    return changes


def test_each_change_of_a_file_is_found_once(file: Path) -> None:
    changes = resting_on(file)
    assert changes.found() == []
    file.write_bytes(b"four")
    assert changes.found() == [str(file)]
    assert changes.found() == []
    file.unlink()
    assert changes.found() == [str(file)]
    file.write_bytes(b"four")
    assert changes.found() == [str(file)]
    file.unlink()
    file.mkdir()
    assert changes.found() == [str(file)]
    assert changes.found() == []


def test_a_folder_changes_with_its_names_alone(file: Path) -> None:
    changes = resting_on(file.parent)
    other = file.with_name("b.py")
    other.write_bytes(b"one")
    assert changes.found() == [str(file.parent)]
    other.replace(file)
    other.write_bytes(b"two")
    os.utime(file.parent, (1, 1))
    assert changes.found() == []
    other.unlink()
    assert changes.found() == [str(file.parent)]


def test_a_path_that_begins_to_be(tmp_path: Path) -> None:
    absent, below = tmp_path / "absent", tmp_path / "absent" / "__init__.py"
    changes = resting_on(absent, below)
    assert changes.found() == []
    absent.mkdir()
    assert changes.found() == [str(absent)]
    below.touch()
    assert changes.found() == [str(absent), str(below)]


def test_a_file_that_changes_while_it_is_checked_has_changed(file: Path) -> None:
    changes = resting_on(file)
    file.write_bytes(b"two!")
    assert changes.found() == [str(file)]
    file.write_bytes(b"three!")  # during the run that this sets off
    changes.rest_on([str(file)], LATER, {})
    assert changes.found() == [str(file)]


def test_a_file_that_is_younger_than_the_first_run_has_changed(file: Path) -> None:
    changes = Changes()
    os.utime(file, ns=(5, 5))
    changes.rest_on([str(file)], 4, {})
    assert changes.found() == [str(file)]
    changes.rest_on([str(file)], 4, {})
    assert changes.found() == []
    changes = Changes()
    changes.rest_on([str(file)], 5, {})
    assert changes.found() == []


def test_what_the_run_itself_writes_is_no_change(file: Path) -> None:
    changes = resting_on(file)
    file.write_bytes(b"mended")
    changes.rest_on([str(file)], time.time_ns(), {str(file): b"mended"})
    assert changes.found() == []
    file.write_bytes(b"edited by the user since")
    changes.rest_on([str(file)], time.time_ns(), {str(file): b"mended"})
    assert changes.found() == [str(file)]


def test_what_a_later_run_does_not_rest_on_is_forgotten(file: Path) -> None:
    changes = resting_on(file)
    changes.rest_on([], LATER, {})
    file.unlink()
    assert changes.found() == []
