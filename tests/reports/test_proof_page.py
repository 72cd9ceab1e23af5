"""The page of a proof."""

from __future__ import annotations

from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.proof_store import KeptProof
from ckptlint.engine.result import LocatedFinding, ProposedFix
from ckptlint.reports.proof_page import proof_page, verdict_line
from ckptlint.rule import Applicability, Place, Position, Severity, Span

FINDING = LocatedFinding(
    "CKP201",
    "yield-without-save",
    "this boundary is yielded with no save",
    Severity.ERROR,
    Place("src/model.py", Span(Position(14, 9), Position(14, 20))),
    fix=ProposedFix(
        "Save the boundary",
        Applicability.UNSAFE,
        "the step may need more",
        (),
        14,
        ("    yield x",),
        ("    save(x)", "    yield x"),
    ),
    proof=FixProof(ProofVerdict.PROVED, "a restart diverged before", "src/model.py::build", "cpu"),
)


def test_a_proof_that_is_not_applied() -> None:
    page = proof_page(KeptProof(FINDING, False, (14, 14), "2026-11-25T09:00:00+00:00"))
    assert page == (
        "# Proof of CKP201 (yield-without-save): proved\n"
        "\n"
        "A restart diverged before.\n"
        "\n"
        "- File: src/model.py, line 14\n"
        "- Finding: this boundary is yielded with no save\n"
        "- Run: src/model.py::build on cpu\n"
        "- Made: 2026-11-25T09:00:00+00:00\n"
        "- The fix is not applied\n"
        "\n"
        "## What this means\n"
        "\n"
        "The fault was seen when the program ran as it was. With the fix it is gone, and the "
        "uninterrupted run is the same bit for bit. This holds for the steps, the device and the "
        "initial condition that were run.\n"
        "\n"
        "## The fix\n"
        "\n"
        "Save the boundary. It is unsafe: the step may need more.\n"
        "\n"
        "````diff\n"
        "+    save(x)\n"
        "     yield x\n"
        "````\n"
        "\n"
        "The proof holds for this content of the file; it is made anew with "
        "`ckptlint check --fix --prove src/model.py`.\n"
    )


def test_where_nothing_was_run() -> None:
    proof = FixProof(ProofVerdict.UNPROVEN, "no target runs this file")
    kept = KeptProof(FINDING._replace(proof=proof, fix=None), True, (3, 5), "2026-11-25")
    page = proof_page(kept)
    assert "- File: src/model.py, lines 3 to 5\n" in page
    assert "- Run: nothing\n" in page
    assert "- The fix is applied\n" in page
    assert "## The fix" not in page
    assert verdict_line(proof) == "**unproven**: no target runs this file"
