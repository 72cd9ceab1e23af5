from __future__ import annotations

import re

import pytest
from verify_samples import (
    DIVERGING_TARGET,
    EXACT_TARGET,
    HOSTILE,
    ONE_STOP,
    SAMPLE,
    make_options,
)

from ckptlint.reports.display import lay_out
from ckptlint.verify.reports.full import render
from ckptlint.verify.verdict import (
    CheckVerdict,
    PassedOver,
    TargetVerdict,
    Verdict,
    VerifyResult,
)

EXPECTED = """\
models/persistence.py::build (cuda:0): exact
  exact-restart  exact
  generator      exact

models/drift.py::DriftModel (cpu): diverges
  exact-restart      diverges  CKP102
      where    stopped after step 3 (+18 h), first wrong at step 5 (+30 h)
      stops    wrong after 1 of 11
      differs  t2m, up to 0.0023 (19371 ULP)
      blame    the attribute `DriftModel.noise`
      reason   the restarted rollout draws its noise from a generator that
               starts anew, since only `x` and `coords` are saved at a boundary
  generator          exact
  interrupted-write  unproven
      where    stopped after step 4
      reason   the process that was to be stopped had ended before
  note: CUDA was not tried: there is no device

  static findings:
    confirmed      CKP102 models/drift.py:48:13
        finding  The state that is restored is older than the boundary
        reason   the restart after step 3 leaves the trajectory at step 5
    not confirmed  CKP201 models/drift.py:61:9
        finding  `yield` is reached before the state is saved
        reason   each boundary that was yielded had been saved

package.models:Broken (cpu): unproven
  note: building it raised ImportError: no module named `physics`

passed over:
  models/base.py::Template
      reason   it has an abstract method, `step`, and cannot be built

3 targets: 1 exact, 1 diverges, 1 unproven; 1 passed over.
"""
PAINT = re.compile(r"\x1b\[[0-9;]*m")


def test_text() -> None:
    assert render(SAMPLE, make_options(width=80)) == EXPECTED


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_fit_and_nothing_is_lost(width: int) -> None:
    text = render(SAMPLE, make_options(width=width))
    assert text.split() == EXPECTED.split()
    # A heading, the name of a place and a path stay in one piece.
    wrapped = [line for line in text.splitlines() if line.startswith("      ")]
    assert max(lay_out(line).width for line in wrapped) <= width


def test_prose_does_not_run_over_a_wide_terminal() -> None:
    result = VerifyResult((), (PassedOver("a", "word " * 100),))
    lines = render(result, make_options(width=300)).splitlines()
    assert 90 < max(map(len, lines)) <= 100


def test_colors_are_only_added() -> None:
    text = render(SAMPLE, make_options(width=80, color=True))
    assert PAINT.sub("", text) == EXPECTED
    assert "\x1b[1;91mdiverges\x1b[0m" in text
    assert "\x1b[32mexact\x1b[0m" in text
    assert "\x1b[1;93munproven\x1b[0m" in text
    assert "\x1b[1;91mconfirmed\x1b[0m" in text
    assert "\x1b" not in render(SAMPLE, make_options(width=80))


def test_control_characters_never_come_through() -> None:
    text = render(HOSTILE, make_options())
    assert [each for each in text if each != "\n" and ord(each) < 32] == []
    assert "\u202e" not in text
    assert "\udce9" not in text
    assert "reason   Traceback: line one line two ␀␛[2J" in text


@pytest.mark.parametrize(
    ("targets", "passed_over", "summary"),
    [
        ((), 0, "0 targets: nothing was verified."),
        ((Verdict.EXACT,), 0, "1 target: 1 exact."),
        ((Verdict.EXACT, Verdict.DIVERGES), 0, "2 targets: 1 exact, 1 diverges."),
        ((Verdict.DIVERGES, Verdict.DIVERGES), 2, "2 targets: 2 diverge; 2 passed over."),
        ((Verdict.UNPROVEN, Verdict.UNPROVEN), 0, "2 targets: 2 unproven."),
    ],
)
def test_last_line(targets: tuple[Verdict, ...], passed_over: int, summary: str) -> None:
    result = VerifyResult(
        tuple(TargetVerdict("a.py::b", verdict, "cpu") for verdict in targets),
        tuple(PassedOver("c", "d") for _ in range(passed_over)),
    )
    assert render(result, make_options()).splitlines()[-1] == summary


def lines_of(check: CheckVerdict) -> list[str]:
    target = TargetVerdict("a.py::b", check.verdict, "cpu", checks=(check,))
    return render(VerifyResult((target,)), make_options()).splitlines()[1:-2]


def test_what_is_unknown_is_left_out() -> None:
    assert lines_of(CheckVerdict("exact-restart", Verdict.DIVERGES)) == [
        "  exact-restart  diverges"
    ]
    assert lines_of(CheckVerdict("a", Verdict.DIVERGES, first_step=2)) == [
        "  a  diverges",
        "      where    first wrong at step 2",
    ]
    assert lines_of(CheckVerdict("a", Verdict.DIVERGES, variable="lat")) == [
        "  a  diverges",
        "      differs  lat, not comparable in value",
    ]
    assert lines_of(CheckVerdict("a", Verdict.UNPROVEN, max_abs=0.5)) == [
        "  a  unproven",
        "      differs  up to 0.5",
    ]


def test_exact_check_tells_its_reason_beside_the_verdict_and_nothing_else() -> None:
    check = ONE_STOP._replace(verdict=Verdict.EXACT, codes=(), reason="after 12 stops")
    assert lines_of(check) == ["  exact-restart  exact     after 12 stops"]
    assert lines_of(check._replace(reason=None)) == ["  exact-restart  exact"]
    assert lines_of(check._replace(codes=("CKP301",))) == [
        "  exact-restart  exact     CKP301: after 12 stops"
    ]
    long = check._replace(
        reason="steps change a local that no restart brings back and no step reads"
    )
    first, *more = lines_of(long)
    assert more
    assert all(line.startswith(" " * first.index("steps")) for line in more)


def test_targets_keep_their_order() -> None:
    text = render(VerifyResult((DIVERGING_TARGET, EXACT_TARGET)), make_options())
    assert text.index(DIVERGING_TARGET.target) < text.index(EXACT_TARGET.target)
