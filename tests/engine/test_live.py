"""Open documents are checked as a fresh check of the same text would, and stand for their files."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from astroid import nodes
from engine_doubles import registry_of, word_rule

from ckptlint.engine.live import Cancelled, LiveChecker, Target
from ckptlint.engine.registry import load_registry
from ckptlint.program import rollouts
from ckptlint.rule import Applicability
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.settings import RuleSelection, Settings

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame
    from ckptlint.program.interpretation.interpreter import Interpreter

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rollouts"
REGISTRY = load_registry()
FILES = ("grid.py", "good_plain.py", "bad_every_other_step.py")
CHILD = "bad_every_other_step.py"


class Desk:
    """A folder with files, a live checker over it, and a fresh one to hold it against."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(str(folder))
        self.live = LiveChecker(REGISTRY)
        for name in FILES:
            shutil.copy(FIXTURES / name, folder)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def target(self, name: str) -> Target:
        return Target(self.path(name), self.settings, is_explicit=True)

    def check(self, name: str, text: str | None = None) -> list[str]:
        data = (self.text(name) if text is None else text).encode()
        outcome = self.live.check(self.target(name), data)
        assert not outcome.faults
        return [f"{one.place.span.start.line}:{one.code}" for one in outcome.findings]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def replaced(text: str, old: str, new: str) -> str:
    """Give `text` with `old`, which has to be there, replaced."""
    assert old in text
    return text.replace(old, new)


def test_the_text_is_checked_and_not_the_file(desk: Desk) -> None:
    assert desk.check(CHILD) == ["20:CKP201"]
    typed = "\n" + desk.text(CHILD)
    assert desk.check(CHILD, typed) == ["21:CKP201"]
    assert desk.check(CHILD, replaced(typed, "class ", "clas ")) == ["10:CKP900"]
    assert desk.check(CHILD, typed) == ["21:CKP201"]


def without_base(desk: Desk) -> bytes:
    """Give the text of grid.py without the class that the others inherit from."""
    return replaced(desk.text("grid.py"), "class RestartModel", "class Other").encode()


def test_an_open_base_class_stands_for_its_file(desk: Desk) -> None:
    grid = desk.path("grid.py")
    assert desk.check(CHILD) == ["20:CKP201"]
    desk.live.open(grid, without_base(desk))
    assert desk.check(CHILD) == []
    desk.live.changed(grid, desk.text("grid.py").encode())
    assert desk.check(CHILD) == ["20:CKP201"]
    desk.live.changed(grid, without_base(desk))
    assert desk.check(CHILD) == []
    desk.live.close(grid)
    assert desk.check(CHILD) == ["20:CKP201"]
    Path(grid).write_bytes(without_base(desk))
    desk.live.forget([grid])
    assert desk.check(CHILD) == []


def test_what_is_checked_stands_for_its_file_only_if_it_is_open(desk: Desk) -> None:
    typed = without_base(desk).decode()
    desk.check("grid.py", typed)
    assert desk.check(CHILD) == ["20:CKP201"]
    desk.live.open(desk.path("grid.py"), desk.text("grid.py").encode())
    desk.check("grid.py", typed)
    assert desk.check(CHILD) == []


def test_a_document_that_was_never_saved_can_be_imported(desk: Desk) -> None:
    typed = replaced(desk.text(CHILD), "from grid import", "from new_grid import")
    assert desk.check(CHILD, typed) == []
    desk.live.open(desk.path("new_grid.py"), desk.text("grid.py").encode())
    assert desk.check(CHILD, typed) == ["20:CKP201"]
    desk.live.close(desk.path("new_grid.py"))
    assert desk.check(CHILD, typed) == []


def test_a_link_to_an_open_document_reads_the_document(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.move(desk.path("grid.py"), tmp_path / "elsewhere" / "grid.py")
    (tmp_path / "grid.py").symlink_to(tmp_path / "elsewhere" / "grid.py")
    assert desk.check(CHILD) == ["20:CKP201"]
    desk.live.open(str(tmp_path / "elsewhere" / "grid.py"), without_base(desk))
    assert desk.check(CHILD) == []


def test_documents_tell_what_they_rest_on(desk: Desk) -> None:
    desk.check(CHILD)
    desk.check("grid.py")
    both = (desk.path(CHILD), desk.path("grid.py"))
    assert desk.live.resting_on([desk.path("grid.py")]) == both
    assert desk.live.resting_on([desk.path(CHILD)]) == (desk.path(CHILD),)
    assert desk.live.resting_on([desk.path("good_plain.py")]) == ()
    desk.live.close(desk.path(CHILD))
    assert desk.live.resting_on([desk.path("grid.py")]) == (desk.path("grid.py"),)


def test_everything_is_fixed_and_nothing_is_written(desk: Desk) -> None:
    text = desk.text(CHILD)
    outcome = desk.live.fix(desk.target(CHILD), text.encode())
    assert outcome.findings == ()
    assert outcome.fixed == {"CKP201": 1}
    assert outcome.diff is not None
    lines = outcome.diff.data.decode().split("\n")
    assert lines[19] == "            self._save_checkpoint_state(x, coords)"
    assert lines[:19] + lines[20:] == text.split("\n")
    assert desk.text(CHILD) == text
    assert desk.check(CHILD) == ["20:CKP201"]
    assert desk.live.fix(desk.target(CHILD), outcome.diff.data).diff is None


@pytest.mark.parametrize(("unsafe", "fixed"), [(False, b"GOOD SO_SO\n"), (True, b"GOOD FINE\n")])
def test_unsafe_fixes_are_made_only_when_they_are_asked_for(
    desk: Desk, unsafe: bool, fixed: bytes
) -> None:
    live = LiveChecker(
        registry_of(
            word_rule("TST101", "no-bad", "BAD", "GOOD"),
            word_rule("TST102", "no-so-so", "SO_SO", "FINE", Applicability.UNSAFE),
        )
    )
    settings = desk.settings._replace(unsafe_fixes=not unsafe)
    target = desk.target("new.py")._replace(settings=settings)
    outcome = live.fix(target, b"# BAD SO_SO\n", unsafe=unsafe)
    assert outcome.diff is not None
    assert outcome.diff.data == b"# " + fixed


def test_a_check_that_nobody_waits_for_is_given_up(desk: Desk) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        desk.live.check(desk.target(CHILD), desk.text(CHILD).encode(), lambda: next(asked))
    assert next(asked, None) is None
    with pytest.raises(Cancelled):
        desk.live.fix(desk.target(CHILD), desk.text(CHILD).encode(), is_cancelled=lambda: True)
    assert desk.check(CHILD) == ["20:CKP201"]


def test_wrong_settings_are_told(desk: Desk) -> None:
    wrong = desk.settings._replace(selections=(RuleSelection("here", select=("CKP9999",)),))
    with pytest.raises(SettingsError, match="CKP9999"):
        desk.live.check(desk.target(CHILD)._replace(settings=wrong), b"")


TWO_MODELS = """\
from earth2studio.models.batch import batch_func
from grid import RestartModel


class Base(RestartModel):
    def _keep(self, x, coords):
        self._save_checkpoint_state(x, coords)


class One(Base):
    @batch_func()
    def _default_generator(self, x, coords):
        self._save_checkpoint_state(x, coords)
        yield x, coords
        while True:
            x, coords = self._forward(x), self.output_coords(coords)
            self._keep(x, coords)
            yield x, coords


class Other(RestartModel):
    @batch_func()
    def _default_generator(self, x, coords):
        self._save_checkpoint_state(x, coords)
        yield x, coords
        while True:
            x, coords = self._forward(x), self.output_coords(coords)
            yield x, coords
"""


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models whose rollouts are run, each time that they are."""
    run: list[str] = []
    real = rollouts.run_rollout

    def noting(interpreter: Interpreter, frame: Frame) -> None:
        run.append(frame.concrete.name if frame.concrete is not None else "")
        real(interpreter, frame)

    monkeypatch.setattr(rollouts, "run_rollout", noting)
    return run


def test_only_what_an_edit_bears_on_is_run_again(desk: Desk, runs: list[str]) -> None:
    desk.live.open(desk.path("two.py"), TWO_MODELS.encode())
    assert desk.check("two.py", TWO_MODELS) == ["28:CKP201"]
    assert {*runs} == {"Base", "One", "Other"}
    runs.clear()
    typed = "# a comment at the top\n" + TWO_MODELS
    assert desk.check("two.py", typed) == ["29:CKP201"]
    assert runs == []
    typed = replaced(typed, "self._keep(x, coords)", "pass")
    assert desk.check("two.py", typed) == ["19:CKP201", "29:CKP201"]
    assert {*runs} == {"One"}
    runs.clear()
    typed = replaced(typed, "pass", "self._keep(x, coords)")
    keeping = "def _keep(self, x, coords):\n        "
    typed = replaced(
        typed, f"{keeping}self._save_checkpoint_state(x, coords)", f"{keeping}print(x)"
    )
    assert desk.check("two.py", typed) == ["19:CKP201", "29:CKP201"]
    assert {*runs} == {"Base", "One"}


def test_an_edit_of_a_base_in_another_file_bears_on_all_that_import_from_it(
    desk: Desk, runs: list[str]
) -> None:
    desk.live.open(desk.path("two.py"), TWO_MODELS.encode())
    desk.live.open(desk.path("grid.py"), desk.text("grid.py").encode())
    desk.check("two.py", TWO_MODELS)
    desk.check("grid.py")
    runs.clear()
    desk.live.changed(desk.path("grid.py"), without_base(desk))
    assert desk.check("two.py", TWO_MODELS) == []
    desk.live.changed(desk.path("grid.py"), desk.text("grid.py").encode())
    assert desk.check("two.py", TWO_MODELS) == ["28:CKP201"]
    assert {*runs} == {"Base", "One", "Other"}


def test_saving_an_open_document_changes_nothing(desk: Desk, runs: list[str]) -> None:
    desk.live.open(desk.path("two.py"), TWO_MODELS.encode())
    desk.check("two.py", TWO_MODELS)
    runs.clear()
    desk.write("two.py", TWO_MODELS)
    desk.live.forget([desk.path("two.py")])
    assert desk.check("two.py", TWO_MODELS) == ["28:CKP201"]
    assert runs == []
    desk.live.forget()
    assert desk.check("two.py", TWO_MODELS) == ["28:CKP201"]
    assert {*runs} == {"Base", "One", "Other"}


def test_files_that_come_and_go_are_looked_for_again(desk: Desk) -> None:
    typed = replaced(desk.text(CHILD), "from grid import", "from new_grid import")
    assert desk.check(CHILD, typed) == []
    desk.write("new_grid.py", desk.text("grid.py"))
    desk.live.forget([desk.path("new_grid.py")])
    assert desk.check(CHILD, typed) == ["20:CKP201"]
    Path(desk.path("new_grid.py")).unlink()
    desk.live.forget([desk.path("new_grid.py")])
    assert desk.check(CHILD, typed) == []


def test_edits_leave_nothing_behind(desk: Desk) -> None:
    def classes() -> int:
        gc.collect()
        return sum(isinstance(one, nodes.ClassDef) for one in gc.get_objects())

    desk.live.open(desk.path("two.py"), TWO_MODELS.encode())
    for number in range(5):
        desk.check("two.py", replaced(TWO_MODELS, "while True", f"while {number}"))
    before = classes()
    for number in range(30):
        desk.check("two.py", replaced(TWO_MODELS, "while True", f"while {number}"))
    assert classes() == before
