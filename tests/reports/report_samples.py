"""Findings built by hand, one for each thing that a report must get right."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.result import (
    CheckResult,
    FileEdit,
    LocatedFinding,
    ProposedFix,
    RelatedPlace,
)
from ckptlint.reports.options import ReportOptions
from ckptlint.rule import (
    Applicability,
    Confidence,
    Evidence,
    FixAvailability,
    Position,
    Rule,
    Severity,
    Span,
)
from ckptlint.sources.source import Place

ROOT = "/project"


def make_span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(Position(line, column), Position(end_line, end_column))


def make_place(path: str, *numbers: int, cell: int | None = None) -> Place:
    return Place(path, make_span(*numbers), cell)


def make_options(**changes: Any) -> ReportOptions:
    return ReportOptions(**{"root": ROOT, "version": "1.2.3", "rules": RULES, **changes})


def make_finding(code: str, place: Place, context: str = "", **changes: Any) -> LocatedFinding:
    """Make a finding whose context is `context`, from `context_start` on."""
    return LocatedFinding(
        **{
            "code": code,
            "name": NAMES[code],
            "message": "Something is wrong",
            "severity": Severity.ERROR,
            "place": place,
            "context": tuple(context.split("\n")) if context else (),
            "noqa_line": place.span.start.line,
            **changes,
        }
    )


def make_judged(code: str, line: int, verdict: ProofVerdict | None = None) -> LocatedFinding:
    """Make a finding in `a.py`, with the verdict on its fix if there is one."""
    proof = verdict and FixProof(verdict, f"it is {verdict}")
    place = make_place("a.py", line, 5, line, 6)
    return make_finding(code, place, "yield x", context_start=line, proof=proof)


NAMES = {
    "CKP101": "restart-rewrites-boundary",
    "CKP201": "yield-without-save",
    "CKP301": "flush-without-interval",
    "CKP900": "syntax-error",
}


def _rule(code: str, severity: Severity, fix: FixAvailability) -> Rule:
    return Rule(
        code=code,
        name=NAMES[code],
        documentation=f"\nWhat {code} finds.\n\n## Why is this bad?\nA restart differs.\n",
        severity=severity,
        needles=((b"Checkpoint",),),
        fix=fix,
        evidence=(Evidence.ROLLOUT, Evidence.SESSION),
        check=None,
    )


RULES = (
    _rule("CKP301", Severity.WARNING, FixAvailability.ALWAYS),
    _rule("CKP101", Severity.ERROR, FixAvailability.SOMETIMES),
    _rule("CKP201", Severity.ERROR, FixAvailability.SOMETIMES),
)

MODEL = """\
    def create_iterator(self, x, coords):
        if self.state.loaded:
            x = self.state.x
        while True:
\t\tx = self.step(x)
            yield x, coords
            # done"""

IN_ONE_FILE = make_finding(
    "CKP201",
    make_place("src/model.py", 104, 13, 104, 28),
    MODEL,
    context_start=99,
    message="`yield` is reached before the state is saved",
    help="Save the state that is yielded, on every path\nand before each `yield`",
    related=(
        RelatedPlace(make_place("src/model.py", 101, 13, 101, 29), "the state is restored here"),
        RelatedPlace(make_place("src/model.py", 103, 3, 103, 19), "it is advanced here"),
        RelatedPlace(make_place("src/base.py", 7, 5, 9, 9), "the parent saves nothing"),
    ),
    fix=ProposedFix(
        "Save before the `yield`",
        Applicability.UNSAFE,
        "the names of the fields are a guess",
        (
            FileEdit(
                make_place("src/model.py", 104, 1, 104, 1), "            self.save(x, coords)\n"
            ),
        ),
        104,
        ("            yield x, coords",),
        ("            self.save(x, coords)", "            yield x, coords"),
    ),
)

IN_A_NOTEBOOK = make_finding(
    "CKP301",
    make_place("notes/run.ipynb", 3, 5, 3, 17, cell=4),
    "with Checkpoint(path) as ckpt:\n    ckpt.write(x)\n    ckpt.flush()",
    severity=Severity.WARNING,
    message="`flush` does nothing here: 100% is written, always",
    related=(
        RelatedPlace(make_place("notes/run.ipynb", 1, 6, 1, 22, cell=4), "the interval is 1"),
        RelatedPlace(make_place("notes/run.ipynb", 2, 1, 2, 9, cell=2), "imported here"),
    ),
    fix=ProposedFix(
        "Remove the `flush`",
        Applicability.SAFE,
        None,
        (FileEdit(make_place("notes/run.ipynb", 2, 18, 3, 17, cell=4), ""),),
        2,
        ("    ckpt.write(x)", "    ckpt.flush()"),
        ("    ckpt.write(x)",),
    ),
)

IN_MARKDOWN = make_finding(
    "CKP101",
    make_place("docs/a guide,v1:2.md", 12, 10, 14, 8),
    "x = 天気 = y\n\n   > it = super().create_iterator(\n   >     x, coords\n   >    )\n\n",
    context_start=10,
    message='Line one\nline two: "quoted", 50%, 天気 \x1b[31m',
    help="Restore inside the rollout",
    fix=ProposedFix(
        "Restore inside the rollout",
        Applicability.DISPLAY,
        "the arguments are unknown",
        (FileEdit(make_place("docs/a guide,v1:2.md", 12, 6, 14, 8), "pass"),),
        12,
        ("   > it = super().create_iterator(", "   >     x, coords", "   >    )"),
        ("   > pass",),
    ),
)

IN_A_STRANGE_FILE = make_finding(
    "CKP900",
    make_place("caf\udce9.py", 1, 1, 1, 1),
    name="syntax-error",
    message="Unexpected end of file",
)

SAMPLE = CheckResult(
    findings=[IN_A_STRANGE_FILE, IN_MARKDOWN, IN_A_NOTEBOOK, IN_ONE_FILE],
    faults=["CKP101 raised ValueError in src/broken.py"],
    warnings=["unknown code CKP999 in src/model.py:3"],
    files=4,
)

PROVED = IN_ONE_FILE._replace(
    proof=FixProof(
        ProofVerdict.PROVED,
        "a restart at step 1 was wrong before, is exact after",
        "src/model.py::build",
        "cpu",
    )
)
PROVED_EARLIER = make_finding(
    "CKP101",
    make_place("notes/run.ipynb", 2, 1, 2, 9, cell=12),
    proof=FixProof(ProofVerdict.PROVED, "all 4 stops are exact", "notes.run:build"),
)
REFUTED = IN_A_NOTEBOOK._replace(
    proof=FixProof(
        ProofVerdict.REFUTED,
        "step 2 differs after the fix:\n天気 by 50%",
        "notes/run.py::build",
        "cuda:0",
    )
)
UNPROVEN = IN_MARKDOWN._replace(
    proof=FixProof(ProofVerdict.UNPROVEN, "nothing here can be run"),
    message="The parent restarts",
)
WITHOUT_PROOF = make_finding("CKP101", make_place("src/model.py", 9, 1, 9, 2), "x")

SAMPLE_WITH_PROOFS = CheckResult(
    findings=[UNPROVEN, REFUTED, WITHOUT_PROOF],
    fixed={
        "notes/run.ipynb": Counter({"CKP101": 1}),
        "src/model.py": Counter({"CKP201": 1}),
    },
    proved=[PROVED, PROVED_EARLIER],
)

_ASTRAL = "  𐐀 = '天𐐀é'; ckpt.flush()  # 𐐀"
IN_ASTRAL_TEXT = make_finding(
    "CKP301",
    make_place("src/天気/𐐀 é.py", 7, 17, 7, 29),
    f"{_ASTRAL}\n",
    context_start=7,
    severity=Severity.WARNING,
    message="`flush` of 𐐀 commits nothing; see [1], 50% | \"é\" 'x' ]]> <b>&amp;",
    fix=ProposedFix(
        "Remove the `flush`",
        Applicability.SAFE,
        None,
        (FileEdit(make_place("src/天気/𐐀 é.py", 7, 15, 7, 29), ""),),
        7,
        (_ASTRAL,),
        ("  𐐀 = '天𐐀é'  # 𐐀",),
    ),
    related=(RelatedPlace(make_place("../other/é.py", 3, 4, 3, 9), "made\nhere"),),
)
OF_LOW_CONFIDENCE = make_finding(
    "CKP101",
    make_place("src/model.py", 2, 3, 5, 9),
    "a\nb\r\n  c",
    context_start=1,
    message="perhaps, [*] not :12: [E0001(x), ] sure",
    help="Look",
    confidence=Confidence.LOW,
)

EVERY_KIND = CheckResult(
    findings=[
        *SAMPLE.findings,
        IN_ASTRAL_TEXT,
        OF_LOW_CONFIDENCE,
        REFUTED._replace(place=make_place("notes/run.ipynb", 8, 2, 8, 3, cell=4)),
        UNPROVEN,
    ],
    proved=[PROVED_EARLIER],
    faults=["CKP101 raised ValueError: ]]> \x00\udce9 in src/broken.py"],
    warnings=["unknown code CKP999 in src/model.py:3"],
    files=9,
)
