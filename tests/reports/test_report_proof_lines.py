"""What full, concise and grouped make of findings whose fix was proved, or was not."""

from __future__ import annotations

from typing import Any

import pytest
from report_samples import (
    PROVED,
    REFUTED,
    SAMPLE_WITH_PROOFS,
    UNPROVEN,
    WITHOUT_PROOF,
    make_finding,
    make_judged,
    make_options,
    make_place,
)

from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.result import CheckResult, LocatedFinding
from ckptlint.reports import concise, full, grouped
from ckptlint.reports.formats import FORMATS

FULL_OF_PROVED = """\
CKP101 [fixed] Something is wrong
 --> notes/run.ipynb:cell 12:2:1
proved: all 4 stops are exact (notes.run:build)

CKP201 [fixed] `yield` is reached before the state is saved
 --> src/model.py:104:13
proved: a restart at step 1 was wrong before, is exact after (src/model.py::build on cpu)

"""

CONCISE = """\
docs/a guide,v1:2.md:12:10: CKP101 The parent restarts [unproven] nothing here can be run
notes/run.ipynb:cell 4:3:5: CKP301 `flush` does nothing here: 100% is written, always \
[refuted] step 2 differs after the fix:␊天気 by 50%
src/model.py:9:1: CKP101 Something is wrong
notes/run.ipynb:cell 12:2:1: CKP101 [proved] Something is wrong (all 4 stops are exact)
src/model.py:104:13: CKP201 [proved] `yield` is reached before the state is saved \
(a restart at step 1 was wrong before, is exact after)
"""

GROUPED = """\
docs/a guide,v1:2.md:
  12:10 CKP101 The parent restarts [unproven] nothing here can be run

notes/run.ipynb:
   cell 4:3:5 CKP301 `flush` does nothing here: 100% is written, always \
[refuted] step 2 differs after the fix:␊天気 by 50%
  cell 12:2:1 CKP101 [proved] Something is wrong (all 4 stops are exact)

src/model.py:
    9:1  CKP101 Something is wrong
  104:13 CKP201 [proved] `yield` is reached before the state is saved \
(a restart at step 1 was wrong before, is exact after)

"""


@pytest.mark.parametrize("name", ["full", "concise"])
def test_a_finding_without_proof_reads_beside_proofs_as_it_does_alone(name: str) -> None:
    render = FORMATS.load(name)
    alone = render(CheckResult(findings=[WITHOUT_PROOF]), make_options())
    assert alone in render(SAMPLE_WITH_PROOFS, make_options())


def without_proofs(*findings: LocatedFinding) -> str:
    plain = [finding._replace(proof=None) for finding in findings]
    return full.render(CheckResult(findings=plain), make_options())


def test_full() -> None:
    expected = (
        without_proofs(UNPROVEN)[:-1]
        + "proof: unproven: nothing here can be run\n\n"
        + without_proofs(REFUTED).replace("CKP301 [*] `flush`", "CKP301 `flush`")[:-1]
        + "proof: refuted: step 2 differs after the fix:\n"
        + "       天気 by 50% (notes/run.py::build on cuda:0)\n\n"
        + without_proofs(WITHOUT_PROOF)
        + FULL_OF_PROVED
    )
    assert full.render(SAMPLE_WITH_PROOFS, make_options()) == expected


@pytest.mark.parametrize(
    ("target", "device", "ending"),
    [
        (None, None, "as said"),
        ("a.py::b", None, "as said (a.py::b)"),
        (None, "cpu", "as said (on cpu)"),
        ("a.py::b", "cuda:1", "as said (a.py::b on cuda:1)"),
    ],
)
def test_full_names_what_was_run_as_far_as_it_is_known(
    target: str | None, device: str | None, ending: str
) -> None:
    proof = FixProof(ProofVerdict.PROVED, "as said", target, device)
    finding = make_finding("CKP201", make_place("a.py", 1, 1, 1, 2), proof=proof)
    remains = full.render(CheckResult(findings=[finding]), make_options())
    assert remains == (f"CKP201 Something is wrong\n --> a.py:1:1\nproof: proved: {ending}\n\n")
    fixed = full.render(CheckResult(proved=[finding]), make_options())
    assert fixed == f"CKP201 [fixed] Something is wrong\n --> a.py:1:1\nproved: {ending}\n\n"


def test_full_in_colour_with_links() -> None:
    result = CheckResult(findings=[make_judged("CKP201", 1, ProofVerdict.REFUTED)], proved=[PROVED])
    painted = full.render(result, make_options(color=True, hyperlinks=True))
    assert "\n\x1b[1;93mproof\x1b[0m: refuted: it is refuted\n\n" in painted
    assert painted.endswith(
        "\x1b[1;91mCKP201\x1b[0m [\x1b[32mfixed\x1b[0m] "
        "\x1b[1m`yield` is reached before the state is saved\x1b[0m\n"
        " \x1b[1;94m-->\x1b[0m "
        "\x1b]8;;file:///project/src/model.py\x1b\\src/model.py:104:13\x1b]8;;\x1b\\\n"
        "\x1b[32mproved\x1b[0m: a restart at step 1 was wrong before, is exact after "
        "(src/model.py::build on cpu)\n\n"
    )


def test_concise() -> None:
    assert concise.render(SAMPLE_WITH_PROOFS, make_options()) == CONCISE


def test_grouped() -> None:
    assert grouped.render(SAMPLE_WITH_PROOFS, make_options()) == GROUPED


@pytest.mark.parametrize(
    ("verdict", "ink"),
    [
        (ProofVerdict.PROVED, "32"),
        (ProofVerdict.REFUTED, "1;91"),
        (ProofVerdict.UNPROVEN, "1;93"),
    ],
)
def test_lines_in_colour(verdict: ProofVerdict, ink: str) -> None:
    marker = f"[\x1b[{ink}m{verdict}\x1b[0m]"
    remains = CheckResult(findings=[make_judged("CKP201", 1, verdict)])
    line = f"\x1b[1;91mCKP201\x1b[0m Something is wrong {marker} it is {verdict}\n"
    for renderer in (concise, grouped):
        assert renderer.render(remains, make_options(color=True)).rstrip("\n").endswith(line[:-1])
    fixed = CheckResult(proved=[make_judged("CKP201", 1, ProofVerdict.PROVED)])
    assert concise.render(fixed, make_options(color=True)).endswith(
        "\x1b[1;91mCKP201\x1b[0m [\x1b[32mproved\x1b[0m] Something is wrong (it is proved)\n"
    )


def test_grouped_puts_files_in_order() -> None:
    """A file of which nothing remains stands between those of which something does."""
    proof = FixProof(ProofVerdict.PROVED, "exact")

    def at(path: str, **changes: Any) -> LocatedFinding:
        return make_finding("CKP201", make_place(path, 1, 1, 1, 2), **changes)

    result = CheckResult(findings=[at("a.py"), at("c.py")], proved=[at("b.py", proof=proof)])
    assert grouped.render(result, make_options()).splitlines() == [
        "a.py:",
        "  1:1 CKP201 Something is wrong",
        "",
        "b.py:",
        "  1:1 CKP201 [proved] Something is wrong (exact)",
        "",
        "c.py:",
        "  1:1 CKP201 Something is wrong",
        "",
    ]
