"""Proofs are found again by the content that they were made for, and by no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine_doubles import document_of, looker_of, word_rule

from ckptlint.engine.locating import locate_all
from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.proof_store import ProofStore

if TYPE_CHECKING:
    from pathlib import Path

    from ckptlint.engine.result import LocatedFinding

LOOKER = looker_of(
    word_rule("CKP201", "bad-word", "BAD", "one\ntwo"),
    word_rule("CKP301", "worse-word", "WORSE", "x"),
)
BEFORE = "a\nBAD\nb\nWORSE\nc\n"
AFTER = "a\none\ntwo\nb\nx\nc\n"
PROVED = FixProof(ProofVerdict.PROVED, "it is exact", "code.py::build", "cpu")
REFUTED = FixProof(ProofVerdict.REFUTED, "it diverges")


def findings_in(text: str) -> list[LocatedFinding]:
    document = document_of(text)
    return locate_all(document, LOOKER.look(document).found)


def seen(store: ProofStore, text: str) -> list[tuple[object, ...]]:
    return [
        (one.finding.code, one.proof, one.is_applied, one.lines)
        for one in store.kept("code.py", text.encode())
    ]


def test_before_and_after_the_fixes(tmp_path: Path) -> None:
    store = ProofStore(str(tmp_path / "cache"))
    bad, worse = findings_in(BEFORE)
    judged = [bad._replace(proof=PROVED), worse._replace(proof=PROVED)]
    store.keep("code.py", BEFORE.encode(), AFTER.encode(), judged)
    assert seen(store, BEFORE) == [
        ("CKP201", PROVED, False, (2, 2)),
        ("CKP301", PROVED, False, (4, 4)),
    ]
    assert seen(store, AFTER) == [
        ("CKP201", PROVED, True, (2, 3)),
        ("CKP301", PROVED, True, (5, 5)),
    ]
    assert seen(store, AFTER + "\n") == []
    assert store.kept("other.py", BEFORE.encode()) == ()
    first, second = store.kept("code.py", BEFORE.encode())
    assert (first.is_about(bad), first.is_about(worse), second.is_about(worse)) == (
        True,
        False,
        True,
    )


def test_a_later_proof_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    store = ProofStore(str(tmp_path / "cache"))
    bad, worse = findings_in(BEFORE)
    data = BEFORE.encode()
    store.keep("code.py", data, data, [bad._replace(proof=REFUTED), worse._replace(proof=REFUTED)])
    store.keep("code.py", data, AFTER.encode(), [bad._replace(proof=PROVED)])
    assert seen(store, BEFORE) == [
        ("CKP301", REFUTED, False, (4, 4)),
        ("CKP201", PROVED, False, (2, 2)),
    ]


def test_what_was_applied_earlier_is_known_in_the_end(tmp_path: Path) -> None:
    store = ProofStore(str(tmp_path / "cache"))
    middle = "a\nBAD\nb\nx\nc\n"
    bad, worse = findings_in(BEFORE)
    store.keep("code.py", BEFORE.encode(), middle.encode(), [worse._replace(proof=PROVED)])
    store.keep("code.py", middle.encode(), AFTER.encode(), [bad._replace(proof=PROVED)])
    assert seen(store, AFTER) == [
        ("CKP301", PROVED, True, (5, 5)),
        ("CKP201", PROVED, True, (2, 3)),
    ]


def test_what_is_damaged_counts_as_nothing(tmp_path: Path) -> None:
    store = ProofStore(str(tmp_path / "cache"))
    (bad, _) = findings_in(BEFORE)
    store.keep("code.py", BEFORE.encode(), BEFORE.encode(), [bad._replace(proof=REFUTED)])
    (file,) = (tmp_path / "cache").rglob("*.json")
    for text in ("[[1]]", "{}}", '[["x"]]', '{"a": 1}'):
        file.write_text(text, encoding="utf-8")
        assert seen(store, BEFORE) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("", encoding="utf-8")
    store = ProofStore(str(tmp_path / "cache"))
    (bad, _) = findings_in(BEFORE)
    store.keep("code.py", BEFORE.encode(), BEFORE.encode(), [bad._replace(proof=REFUTED)])
    assert store.problem is not None
    assert "cannot be written" in store.problem
