from __future__ import annotations

import json
import ntpath
from typing import TYPE_CHECKING

import pytest
from engine_doubles import document_of, looker_of, word_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.fingerprint import (
    Content,
    content_of,
    fingerprints,
    numbered_hashes,
    posix_path,
    recognised_text,
)
from ckptlint.engine.locating import locate_all

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.engine.result import LocatedFinding

LOOKER = looker_of(word_rule("CKP101", "bad-word", "BAD"), word_rule("CKP201", "worse", "WORSE"))
ROOT = "/project"


def findings_of(text: str, name: str = "code.py") -> list[LocatedFinding]:
    document = document_of(text, name)
    return locate_all(document, LOOKER.look(document).found)


def prints_of(text: str, name: str = "code.py") -> list[str]:
    return fingerprints(findings_of(text, name), ROOT, ROOT)


def notebook_of(*cells: str) -> str:
    written = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_content_is_code_path_and_line() -> None:
    (finding,) = findings_of("if x:\n    y  =\tBAD  # why\n")
    assert content_of(finding, ROOT, ROOT) == Content("CKP101", "code.py", "y = BAD")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("x = f('#', \"#\")  # why", "x = f('#', \"#\")"),
        (r"x = 'it\'s #1'  # why", r"x = 'it\'s #1'"),
        ("it's # not closed", "it's"),
        ("  # a comment  alone", "# a comment alone"),
        ("x = 1#", "x = 1"),
        ("", "message"),
    ],
)
def test_comment_does_not_count_beside_code(line: str, text: str) -> None:
    assert recognised_text(line, "message") == text


def test_numbers_count_equal_findings_in_order() -> None:
    found = prints_of("BAD\nBAD\nWORSE\n  BAD\n")
    assert [each.rpartition(":")[2] for each in found] == ["1", "2", "1", "3"]
    assert len({each.rpartition(":")[0] for each in found}) == 2


def test_one_line_with_two_findings_has_two_fingerprints() -> None:
    assert len(set(prints_of("BAD or BAD\n"))) == 2


def test_spaces_do_not_count() -> None:
    assert prints_of("f( BAD , x=1 )\n") == prints_of("f(BAD, x = 1)\n")


def test_other_code_other_path_and_other_text_are_other_findings() -> None:
    texts = {prints_of("BAD\n")[0], prints_of("WORSE\n")[0], prints_of("BAD.x\n")[0]}
    assert len(texts | {prints_of("BAD\n", "other.py")[0]}) == 4


GUILTY = st.sampled_from(("x = BAD", "BAD", "WORSE", "BAD + WORSE", "y = WORSE"))
INNOCENT = st.sampled_from(("", "fine", "a = 1", "# a comment", "def f(): pass"))
COMMENT = st.sampled_from(("", "  # why", " # noqa: E501", "#"))
INDENTATION = st.sampled_from(("", "    ", "\t", "        "))


@given(guilty=st.lists(GUILTY, max_size=6), data=st.data())
def test_unrelated_lines_indentation_and_comments_do_not_matter(
    guilty: list[str], data: st.DataObject
) -> None:
    lines: list[str] = []
    for line in guilty:
        lines += data.draw(st.lists(INNOCENT, max_size=3))
        lines.append(data.draw(INDENTATION) + line + data.draw(COMMENT))
    lines += data.draw(st.lists(INNOCENT, max_size=3))
    assert prints_of("\n".join(lines)) == prints_of("\n".join(guilty))


@given(guilty=st.lists(GUILTY, max_size=6), data=st.data())
def test_moved_lines_have_the_same_fingerprints(guilty: list[str], data: st.DataObject) -> None:
    moved = data.draw(st.permutations(guilty))
    assert sorted(prints_of("\n".join(moved))) == sorted(prints_of("\n".join(guilty)))


@given(cells=st.lists(GUILTY, min_size=1, max_size=5), data=st.data())
def test_moved_and_new_cells_do_not_matter(cells: list[str], data: st.DataObject) -> None:
    moved = [*data.draw(st.permutations(cells))]
    moved.insert(data.draw(st.integers(0, len(moved))), "fine\n")
    before, after = (prints_of(notebook_of(*texts), "n.ipynb") for texts in (cells, moved))
    assert sorted(before) == sorted(after)


@given(guilty=st.lists(GUILTY, min_size=1, max_size=6), again=GUILTY)
def test_one_more_copy_adds_one_fingerprint(guilty: list[str], again: str) -> None:
    before, after = set(prints_of("\n".join(guilty))), set(prints_of("\n".join([*guilty, again])))
    assert before < after
    assert len(after) == len(findings_of("\n".join([*guilty, again])))


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=20))
def test_numbered_hashes_are_unique(contents: list[tuple[str, str]]) -> None:
    assert len(set(numbered_hashes(contents))) == len(contents)


def test_markdown_block_is_recognised_by_its_line() -> None:
    above = prints_of("# Title\n\n```python\nBAD\n```\n", "guide.md")
    below = prints_of("text\n\n- a list\n\n  ```python\n  fine\n  BAD\n  ```\n", "guide.md")
    assert above == below


def test_without_a_line_the_message_counts_but_no_number_in_it() -> None:
    assert recognised_text("", "Cannot be read: byte 0xff on line 12") == (
        "Cannot be read: byte #xff on line #"
    )
    assert recognised_text("  \t ", "line 9") == recognised_text("", "line 10")
    assert recognised_text("x = 10", "line 9") == "x = 10"


@pytest.mark.parametrize(
    ("path", "folder", "shown"),
    [
        ("src/a.py", "/project", "src/a.py"),
        ("./src/../a.py", "/project", "a.py"),
        ("a.py", "/project/src", "src/a.py"),
        ("/project/src/a.py", "/elsewhere", "src/a.py"),
        ("../other/a.py", "/project", "../other/a.py"),
        ("odd\\name.py", "/project", "odd\\name.py"),
        ("-", "/project/src", "-"),
    ],
)
def test_paths_start_at_the_root(path: str, folder: str, shown: str) -> None:
    assert posix_path(path, folder, ROOT) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("src\\a.py", "src/a.py"),
        ("src/a.py", "src/a.py"),
        ("D:\\other\\a.py", "D:/other/a.py"),
        ("..\\a.py", "../a.py"),
    ],
)
def test_paths_of_windows_have_slashes(path: str, shown: str) -> None:
    assert posix_path(path, "C:\\project", "C:\\project", ntpath) == shown


def test_where_a_run_starts_does_not_matter(tmp_path: Path) -> None:
    (inside,) = findings_of("BAD\n", "a.py")
    (outside,) = findings_of("BAD\n", "src/a.py")
    (whole,) = findings_of("BAD\n", str(tmp_path / "src" / "a.py"))
    root, folder = str(tmp_path), str(tmp_path / "src")
    assert (
        fingerprints([inside], folder, root)
        == fingerprints([outside], root, root)
        == fingerprints([whole], "/", root)
    )
