"""What runs said of findings is found again by the content that it was said of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.confirmations import ConfirmationStore, KeptConfirmation
from ckptlint.engine.result import LocatedFinding
from ckptlint.rule import Place, Position, Severity, Span

if TYPE_CHECKING:
    from pathlib import Path

SAID = KeptConfirmation("CKP201", "no save", 3, 5, "confirmed", "it is wrong", "a.py::a", "cpu")
OTHER = SAID._replace(target="a.py::b", verdict="not confirmed")
LATER = SAID._replace(verdict="unproven")


def test_what_was_said_last_by_each_target(tmp_path: Path) -> None:
    store = ConfirmationStore(str(tmp_path / "cache"))
    store.keep("a.py", b"x", [SAID])
    store.keep("a.py", b"x", [OTHER])
    assert store.kept("a.py", b"x") == (SAID, OTHER)
    store.keep("a.py", b"x", [LATER])
    assert store.kept("a.py", b"x") == (OTHER, LATER)
    assert store.kept("a.py", b"y") == ()
    assert store.kept("b.py", b"x") == ()
    assert store.problem is None


def test_the_finding_that_it_was_said_of() -> None:
    place = Place("a.py", Span(Position(3, 5), Position(3, 9)))
    finding = LocatedFinding("CKP201", "yield-without-save", "no save", Severity.ERROR, place)
    assert SAID.is_about(finding)
    assert not SAID._replace(line=4).is_about(finding)
    assert not SAID._replace(message="another").is_about(finding)
    assert not SAID._replace(code="CKP202").is_about(finding)


def test_what_is_damaged_counts_as_nothing(tmp_path: Path) -> None:
    store = ConfirmationStore(str(tmp_path / "cache"))
    store.keep("a.py", b"x", [SAID])
    (file,) = (tmp_path / "cache").rglob("*.json")
    for text in ("[[1]]", "{}}", "7"):
        file.write_text(text, encoding="utf-8")
        assert store.kept("a.py", b"x") == ()
