from __future__ import annotations

import re
import sys
from math import inf, log10, nan
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree
from matplotlib.figure import Figure
from verify_samples import (
    DIVERGING_TARGET,
    EXACT_TARGET,
    HOSTILE,
    ONE_STOP,
    SAMPLE,
    growing,
    make_curve,
    make_curves,
)

from ckptlint.verify.reports.levels import (
    BIT_FOR_BIT,
    NOT_COMPARABLE,
    NOT_FINITE,
    OTHER_BITS,
    leads_by_step,
    levels_of,
)
from ckptlint.verify.reports.panel import draw_check
from ckptlint.verify.reports.plot import PlotUnavailable, require_report, write_report
from ckptlint.verify.verdict import (
    CheckVerdict,
    StepDifference,
    StopCurve,
    TargetVerdict,
    Verdict,
    VerifyResult,
)

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

EMPTY = VerifyResult(())


def drawn(check: CheckVerdict, **how: Any) -> Axes:
    axes = Figure().subplots()
    draw_check(axes, check, **how)
    return axes


def points_of(axes: Axes, marker: str) -> list[list[tuple[float, float]]]:
    """Give the points of each line that has that marker."""
    lines = [line for line in axes.get_lines() if line.get_marker() == marker]
    points = [[(float(x), float(y)) for x, y in line.get_xydata()] for line in lines]  # type: ignore[union-attr]
    return [each for each in points if each]


def legend_of(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    return [] if legend is None else [text.get_text() for text in legend.get_texts()]


def test_levels_of_differences_are_their_decades() -> None:
    levels = levels_of(ONE_STOP.curves)
    assert (levels.low, levels.high) == (-7, -3)
    assert levels.lanes == {BIT_FOR_BIT: -8.0}
    assert levels.height_of(StepDifference(1, None, "a", 1e-5, 3)) == pytest.approx(-5)
    assert levels.height_of(StepDifference(1, None)) == levels.floor
    assert levels.ticks() == (
        [-8.0, -7.0, -6.0, -5.0, -4.0, -3.0],
        ["bit for bit", "10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"],
    )


def test_levels_where_all_is_exact() -> None:
    levels = levels_of(EXACT_TARGET.checks[0].curves)
    assert levels.ticks() == ([-1.0], ["bit for bit"])


def test_levels_of_what_has_no_decade() -> None:
    differences = [
        StepDifference(1, None, "a", nan, None),
        StepDifference(2, None, "a", -inf, None),
        StepDifference(3, None, "a", None, None),
        StepDifference(4, None, "a", 0.0, 1),
        StepDifference(5, None, "a", 20.0, 1),
    ]
    levels = levels_of([StopCurve(0, None, tuple(differences))])
    heights = [levels.height_of(each) for each in differences]
    lanes = levels.lanes
    assert heights == [
        *(lanes[each] for each in (NOT_FINITE, NOT_FINITE, NOT_COMPARABLE, OTHER_BITS)),
        log10(20),
    ]
    assert [levels.is_on_lane(each) for each in differences] == [True] * 4 + [False]
    assert (
        lanes[BIT_FOR_BIT] < lanes[OTHER_BITS] < 1 < 2 < lanes[NOT_FINITE] < lanes[NOT_COMPARABLE]
    )
    low, high = levels.limits()
    assert low < min(lanes.values()) < max(lanes.values()) < high


@pytest.mark.parametrize("sizes", [(5e-324, 1e308), (1.0, 1.0), (1e-7, 1e-7)])
def test_any_range_has_few_labels(sizes: tuple[float, float]) -> None:
    differences = tuple(StepDifference(i, None, "a", size, 1) for i, size in enumerate(sizes, 1))
    levels = levels_of([StopCurve(0, None, differences)])
    heights, labels = levels.ticks()
    assert 3 <= len(labels) <= 9
    assert heights == sorted(heights)
    low, high = levels.limits()
    assert all(low < levels.height_of(each) < high for each in differences)


def test_lead_times_by_step() -> None:
    curve = StopCurve(1, 6.0, (StepDifference(2, None), StepDifference(3, 18.0)))
    assert leads_by_step([curve, StopCurve(2, 12.0, ())]) == {1: 6.0, 2: 12.0, 3: 18.0}


def test_one_stop_leaves_the_line_where_it_is_wrong() -> None:
    axes = drawn(ONE_STOP)
    floor = levels_of(ONE_STOP.curves).floor
    (line,) = points_of(axes, "o")
    assert line[:2] == [(3.0, floor), (4.0, floor)]
    assert [step for step, height in line if height > floor] == [*range(5, 13)]
    assert line[2] == (5.0, pytest.approx(log10(1.2e-7)))
    exact, wrong = points_of(axes, "^")
    assert exact == [(stop, floor) for stop in range(1, 12) if stop != 3]
    assert wrong == [(3.0, floor)]
    assert points_of(axes, "X") == []


def test_steps_have_their_lead_times() -> None:
    axes = drawn(ONE_STOP)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == [f"{step}\n+{6 * step} h" for step in range(1, 13)]
    assert axes.get_xlabel() == "step, and its lead time"
    narrow = [label.get_text() for label in drawn(ONE_STOP, is_narrow=True).get_xticklabels()]
    assert narrow == ["3\n+18 h", "6\n+36 h", "9\n+54 h", "12\n+72 h"]
    unknown = ONE_STOP._replace(curves=(StopCurve(0, None, (StepDifference(1, None),)),))
    axes = drawn(unknown)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0", "1"]
    assert axes.get_xlabel() == "step"


def test_what_cannot_be_compared_has_its_own_mark_and_breaks_the_line() -> None:
    curve = make_curve(1, 5, lambda step: None if step == 3 else 0.5)
    check = CheckVerdict("a", Verdict.DIVERGES, curves=(curve,))
    levels = levels_of(check.curves)
    axes = drawn(check)
    assert points_of(axes, "X") == [[(3.0, levels.lanes[NOT_COMPARABLE])]]
    (line,) = points_of(axes, "o")
    assert [step for step, height in line if height != height] == [3.0]


def test_restart_that_gave_nothing_has_a_mark_at_its_stop() -> None:
    check = CheckVerdict("a", Verdict.UNPROVEN, curves=(StopCurve(4, 24.0, (), "it raised"),))
    levels = levels_of(check.curves)
    axes = drawn(check)
    assert points_of(axes, "X") == [[(4.0, levels.lanes[NOT_COMPARABLE])]]
    assert legend_of(axes) == ["stopped after 4: no restart to compare"]


def test_few_stops_are_named() -> None:
    assert legend_of(drawn(ONE_STOP)) == [
        "stopped after 3: t2m wrong at 5, up to 2.6e-04",
        "10 of 11 restarts bit for bit",
    ]
    assert legend_of(drawn(EXACT_TARGET.checks[0])) == ["11 of 11 restarts bit for bit"]


@pytest.mark.parametrize(("wrong", "has_scale"), [(6, False), (7, True)])
def test_many_stops_share_a_scale(wrong: int, has_scale: bool) -> None:
    curves = make_curves(60, **{f"stop_{n}": growing(n + 1, 1.3) for n in range(1, wrong + 1)})
    axes = drawn(CheckVerdict("a", Verdict.DIVERGES, curves=curves))
    figure = axes.figure
    assert [each.get_ylabel() for each in figure.axes[1:]] == ["stopped after step"] * has_scale
    assert len(legend_of(axes)) == (1 if has_scale else wrong + 1)
    lines = [line for line in axes.get_lines() if line.get_marker() == "o"]
    assert len({line.get_color() for line in lines}) == wrong


def test_names_are_no_formulas() -> None:
    hostile = "$\\frac$ <&> \x1b \udce9 \ufffe"
    check = ONE_STOP._replace(name=hostile, variable=hostile)
    target = TargetVerdict(hostile, Verdict.DIVERGES, hostile, (check,))
    for kind in ("png", "svg"):
        assert picture(VerifyResult((target,)), kind)


def picture(result: VerifyResult, kind: str) -> bytes:
    from ckptlint.verify.reports.figure import picture_of_result

    return picture_of_result(result, kind)


def assert_same(one: bytes, other: bytes) -> None:
    """Assert that two pictures are the same; the layout's last bits are not always."""
    number = re.compile(r"-?[0-9]+[.][0-9]+")
    assert number.split(one.decode()) == number.split(other.decode())
    places = [[float(each) for each in number.findall(svg.decode())] for svg in (one, other)]
    assert places[0] == pytest.approx(places[1], abs=1e-4)


@pytest.mark.parametrize("result", [SAMPLE, HOSTILE, EMPTY])
def test_pictures_are_whole_and_the_same_each_time(result: VerifyResult) -> None:
    png = picture(result, "png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    svg = picture(result, "svg")
    assert etree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert_same(svg, picture(result, "svg"))
    with pytest.raises(AssertionError):
        assert_same(svg, picture(VerifyResult((EXACT_TARGET,)), "svg"))


def test_svg_has_a_panel_for_each_check_with_curves() -> None:
    names = re.findall(r'id="axes_\d+"', picture(SAMPLE, "svg").decode())
    # Two with curves, and three with what else is known of their targets.
    assert len(names) == 5
    one = VerifyResult((DIVERGING_TARGET._replace(checks=(ONE_STOP,)),))
    assert len(re.findall(r'id="axes_\d+"', picture(one, "svg").decode())) == 1


def test_very_many_targets_still_fit_a_picture() -> None:
    from struct import unpack

    targets = (TargetVerdict("a", Verdict.EXACT, "cpu", EXACT_TARGET.checks[:1]),) * 3
    height = unpack(">I", picture(VerifyResult(targets), "png")[20:24])[0]
    assert 500 < height < 1500


def test_the_user_s_own_style_changes_nothing() -> None:
    from matplotlib import rc_context

    plain = picture(SAMPLE, "svg")
    with rc_context({"lines.linewidth": 9, "font.size": 30, "text.parse_math": True}):
        assert_same(picture(SAMPLE, "svg"), plain)


@pytest.mark.parametrize(
    ("name", "opening"),
    [("a.html", b"<!DOCTYPE html>"), ("a.PNG", b"\x89PNG"), ("a.svg", b"<?xml")],
)
def test_ending_names_the_format(tmp_path: Path, name: str, opening: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(b"old")
    write_report(SAMPLE, file)
    assert file.read_bytes().startswith(opening)
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["report.pdf", "report", ".html", "report.htm"])
def test_unknown_ending(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    with pytest.raises(ValueError, match=r"end it in \.html, \.png or \.svg$"):
        write_report(SAMPLE, file)
    with pytest.raises(ValueError, match="cannot tell the format"):
        require_report(file)
    assert not file.exists()


@pytest.mark.parametrize("name", ["report.html", "report.png", "report.svg"])
def test_without_matplotlib(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require_report(tmp_path / name)
    for each in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, each, None)  # type: ignore[arg-type]
    with pytest.raises(PlotUnavailable, match=r"pip install 'ckptlint\[plot\]'"):
        write_report(SAMPLE, tmp_path / name)
    with pytest.raises(PlotUnavailable):
        require_report(tmp_path / name)


def test_pyplot_is_never_imported() -> None:
    picture(SAMPLE, "png")
    assert "matplotlib.pyplot" not in sys.modules
