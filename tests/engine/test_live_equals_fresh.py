"""After any edits of several files, a live check gives what a fresh one of the text gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckptlint.engine.check import CheckRequest, check_text
from ckptlint.engine.live import LiveChecker, Target
from ckptlint.engine.registry import load_registry
from ckptlint.program.revision import Revisable
from ckptlint.program.revisions import Revisions
from ckptlint.settings.settings import Settings

if TYPE_CHECKING:
    from ckptlint.engine.result import LocatedFinding

FIXTURES = Path(__file__).parents[2] / "fixtures"
REGISTRY = load_registry()
FOLDERS = sorted(folder.name for folder in FIXTURES.iterdir() if any(folder.glob("*.py")))
MOST_EDITS = 6
EXAMPLES = int(os.environ.get("LIVE_EXAMPLES", "12"))


class Edit(NamedTuple):
    """A change of some lines: which of the open documents, where, how many, and what is done."""

    document: int
    line: int
    count: int
    kind: str
    other: int


EDITS = st.builds(
    Edit,
    st.integers(0, 2),
    st.integers(0, 400),
    st.integers(1, 12),
    st.sampled_from(
        [
            *("delete", "duplicate", "move", "swap", "copy from another"),
            *("rename", "comment out", "blank line", "comment", "noqa", "indent", "undo"),
            *("statement", "constant", "type", "global"),
        ]
    ),
    st.integers(0, 400),
)


def edited(texts: list[str], edit: Edit, earlier: list[str]) -> str:
    """Give the text of the edited document."""
    at = edit.document % len(texts)
    lines = texts[at].split("\n")
    here, there = edit.line % len(lines), edit.other % len(lines)
    stretch = lines[here : here + edit.count]
    indentation = lines[here][: len(lines[here]) - len(lines[here].lstrip())]
    match edit.kind:
        case "delete":
            del lines[here : here + edit.count]
        case "duplicate":
            lines[here:here] = stretch
        case "move":
            del lines[here : here + edit.count]
            lines[there:there] = stretch
        case "swap":
            lines[here], lines[there] = lines[there], lines[here]
        case "copy from another":
            other = texts[(at + 1) % len(texts)].split("\n")
            start = edit.other % len(other)
            lines[here:here] = other[start : start + edit.count]
        case "rename":
            words = lines[here].replace("(", " ").replace(":", " ").split()
            name = next((word for word in words if word.isidentifier() and len(word) > 3), None)
            if name is not None:
                return texts[at].replace(name, f"{name}_2", edit.count)
        case "comment out":
            lines[here] = f"# {lines[here]}"
        case "blank line":
            lines.insert(here, "")
        case "comment":
            lines[here] += f"  # word {edit.other}"
        case "noqa":
            lines[here] += "  # noqa: CKP201, CKP406"
        case "indent":
            lines[here] = f"    {lines[here]}"
        case "undo":
            return earlier[at]
        case "statement":
            lines.insert(here, f"{indentation}step = {edit.other}")
        case "constant":
            lines.insert(here, f"SOME = {edit.other}")
        case "type":
            lines[here] = lines[here][: max(0, len(lines[here]) - edit.count)]
        case "global":
            lines.insert(here, f"{indentation}global step")
    return "\n".join(lines)


def shown(findings: tuple[LocatedFinding, ...]) -> list[str]:
    return [f"{one.place} {one.code} {one.message}" for one in findings]


def compare(folder: Path, names: list[str], edits: list[Edit]) -> int:
    """Type the edits in open documents, and give how many findings were compared.

    After each edit all documents are checked, since an edit of one may bear on another.
    """
    config = Settings(str(folder), src=(str(folder), str(folder.parent / "rollouts")), preview=True)
    live = LiveChecker(REGISTRY)
    texts = [(folder / name).read_text() for name in names]
    earlier = [*texts]
    for name, text in zip(names, texts, strict=True):
        live.open(str(folder / name), text.encode())
    compared = 0
    for edit in [None, *edits]:
        if edit is not None:
            at = edit.document % len(texts)
            changed = edited(texts, edit, earlier)
            earlier[at], texts[at] = texts[at], changed
            live.changed(str(folder / names[at]), changed.encode())
            (folder / names[at]).write_text(changed)
        for name, text in zip(names, texts, strict=True):
            target = Target(str(folder / name), config, is_explicit=True)
            now = live.check(target, text.encode())
            fresh = check_text(text.encode(), target, CheckRequest((), registry=REGISTRY))
            assert shown(now.findings) == shown(tuple(fresh.findings)), (name, edit)
            assert list(now.findings) == fresh.findings
            assert [*now.warnings] == fresh.warnings
            assert [*now.faults] == fresh.faults == []
            assert {*now.rests_on} == fresh.rests_on
            compared += len(fresh.findings)
    return compared


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("fixtures") / "fixtures"
    shutil.copytree(FIXTURES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@given(st.data())
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
def test_edits_of_fixtures(fixtures: Path, data: st.DataObject) -> None:
    folder = data.draw(st.sampled_from(FOLDERS))
    files = sorted(path.name for path in (FIXTURES / folder).glob("*.py"))
    names = data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=3, unique=True))
    joined = data.draw(st.lists(st.sampled_from(files), max_size=4))
    edits = data.draw(st.lists(EDITS, max_size=MOST_EDITS))
    with TemporaryDirectory() as parent:
        shutil.copytree(fixtures / folder, Path(parent) / folder)
        if folder != "rollouts":
            shutil.copytree(fixtures / "rollouts", Path(parent) / "rollouts")
        if joined:
            texts = [(fixtures / folder / name).read_text() for name in joined]
            (Path(parent) / folder / "joined.py").write_text("\n\n".join(texts))
            names = ["joined.py", *names[:1]]
        compare(Path(parent) / folder, names, edits)


TYPED = "def _restore_checkpoint_state(self, x, coords):"
"""Of a class that others in its file and in another one inherit from."""


def type_in_a_base_class(folder: Path) -> int:
    """Type in rollouts/grid.py, and in a copy of it that a child follows in the same file."""
    shutil.copytree(FIXTURES / "rollouts", folder, dirs_exist_ok=True)
    grid = (folder / "grid.py").read_text()
    child = (folder / "bad_every_other_step.py").read_text().partition("from grid import")[2]
    (folder / "together.py").write_text(grid + child.partition("\n")[2])
    names = ["together.py", "grid.py", "bad_every_other_step.py"]
    line = grid.split("\n").index(f"    {TYPED}")
    edits = [Edit(document, line, 1, "comment out", 0) for document in (0, 1)]
    edits += [Edit(document, line, 1, "undo", 0) for document in (0, 1)]
    return compare(folder, names, edits)


def test_edits_of_a_base_class(tmp_path: Path) -> None:
    assert type_in_a_base_class(tmp_path) == 10


def test_answers_that_are_kept_too_long_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Revisable, "_affected", lambda self, revised, new: revised.changed)
    with pytest.raises(AssertionError):
        type_in_a_base_class(tmp_path)


def test_an_import_that_is_not_followed_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Revisions, "drop_those_that_import", lambda self, changed: None)
    with pytest.raises(AssertionError):
        type_in_a_base_class(tmp_path)
