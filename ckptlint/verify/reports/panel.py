"""One check as a plot: how far the restart after each stop is from the uninterrupted rollout."""

from __future__ import annotations

from math import isfinite, isnan, log10, nan
from typing import TYPE_CHECKING, Final, NamedTuple

from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_hex
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from ckptlint.reports.xml_text import legal_in_xml
from ckptlint.verify.reports.levels import NOT_COMPARABLE, leads_by_step, levels_of
from ckptlint.verify.reports.wording import (
    lead_text,
    leaves_trajectory,
    value_text,
    where_text,
)
from ckptlint.verify.reports.wrapping import shortened
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ckptlint.verify.reports.levels import Levels
    from ckptlint.verify.verdict import CheckVerdict, StopCurve

VERDICT_COLORS: Final = {
    Verdict.EXACT: "#1a7f4b",
    Verdict.DIVERGES: "#c2331d",
    Verdict.UNPROVEN: "#946200",
}
_EXACT: Final = VERDICT_COLORS[Verdict.EXACT]
_GREY: Final = "#5a5f66"
# Told apart by people who see colours differently, too (Okabe and Ito), less the green.
_COLORS: Final = ("#D55E00", "#0072B2", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MANY_LABELS: Final = 11
_FEW_LABELS: Final = 5
_MOST_LARGE_MARKS: Final = 30
# In points: room for the labels of the steps.
_LEGEND_DISTANCE: Final = 46
_MOST_DECADES_WITH_MINOR_TICKS: Final = 6


class _Painted(NamedTuple):
    curve: StopCurve
    color: str


class _Marks(NamedTuple):
    """How large the marks of stops and of steps are; none where they would hide each other."""

    stop: float
    step: float


def is_flat(check: CheckVerdict) -> bool:
    """Whether the plot of a check needs little height, as nothing but its floor is drawn."""
    return not any(leaves_trajectory(curve) for curve in check.curves)


def legend_rows(check: CheckVerdict) -> int:
    """Count the rows of the legend below the plot of a check."""
    wrong = sum(leaves_trajectory(curve) for curve in check.curves)
    named = wrong if wrong <= len(_COLORS) else 0
    return named + (wrong < len(check.curves))


def draw_check(axes: Axes, check: CheckVerdict, *, is_narrow: bool = False) -> None:
    """Draw the curves of a check, the stops on the floor where its restarts start.

    Where it is narrow, fewer steps are labelled, and the text beside the plot says the rest.
    """
    levels = levels_of(check.curves)
    marks = _marks(check.curves)
    wrong = [curve for curve in check.curves if leaves_trajectory(curve)]
    exact = [curve for curve in check.curves if not leaves_trajectory(curve)]
    _draw_floor(axes, levels, exact, marks)
    # Many stops share a scale of colours; few have a colour and a name each.
    is_crowded = len(wrong) > len(_COLORS)
    painted = _on_a_scale(axes, wrong) if is_crowded else _one_by_one(wrong)
    for each in painted:
        _draw_curve(axes, each, levels, marks)
    _title(axes, check, is_narrow)
    _scale_axes(axes, check.curves, levels, _FEW_LABELS if is_narrow else _MANY_LABELS)
    handles = [] if is_crowded else [_handle(each) for each in painted]
    if exact:
        noun = "restart" if len(check.curves) == 1 else "restarts"
        label = f"{len(exact)} of {len(check.curves)} {noun} bit for bit"
        handles.append(Line2D([], [], color=_EXACT, lw=1.2, marker="^", ms=5, label=label))
    if handles:
        _legend(axes, handles)


def _marks(curves: Sequence[StopCurve]) -> _Marks:
    steps = max((len(curve.differences) for curve in curves), default=0)
    return _Marks(
        stop=6.5 if len(curves) <= _MOST_LARGE_MARKS else 4.0,
        step=3.5 if steps <= _MOST_LARGE_MARKS else 0.0,
    )


def _draw_floor(axes: Axes, levels: Levels, exact: Sequence[StopCurve], marks: _Marks) -> None:
    half = 0.3 * levels.lane_step
    axes.axhspan(levels.floor - half, levels.floor + half, color=_EXACT, alpha=0.10, lw=0)
    axes.axhline(levels.floor, color=_EXACT, lw=1.2, zorder=1)
    stops = [curve.stop for curve in exact]
    floor = [levels.floor] * len(stops)
    axes.plot(
        stops, floor, ls="", marker="^", ms=marks.stop, color=_EXACT, mec="white", mew=0.6, zorder=5
    )


def _one_by_one(curves: Sequence[StopCurve]) -> list[_Painted]:
    return [_Painted(curve, color) for curve, color in zip(curves, _COLORS, strict=False)]


def _on_a_scale(axes: Axes, curves: Sequence[StopCurve]) -> list[_Painted]:
    stops = [curve.stop for curve in curves]
    # The light end of the scale cannot be seen on white.
    reach = Normalize(min(stops), min(stops) + (max(stops) - min(stops)) / 0.85)
    colors = colormaps["plasma"]
    figure = axes.figure
    bar = figure.colorbar(ScalarMappable(reach, colors), ax=axes, pad=0.02, fraction=0.04)
    bar.ax.set_ylim(min(stops), max(stops))
    bar.ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    bar.ax.tick_params(colors=_GREY, labelsize="small")
    bar.set_label("stopped after step", color=_GREY)
    bar.outline.set_visible(False)
    return [_Painted(curve, to_hex(colors(float(reach(curve.stop))))) for curve in curves]


def _draw_curve(axes: Axes, painted: _Painted, levels: Levels, marks: _Marks) -> None:
    curve, color = painted
    points = [(each.step, levels.height_of(each)) for each in curve.differences]
    on_lane = [levels.is_on_lane(each) for each in curve.differences]
    pairs = list(zip(points, on_lane, strict=True))
    steps = [curve.stop, *(step for step, _ in points)]
    # A line leads to numbers alone, so it is broken at what has none.
    line = [levels.floor, *(nan if is_lane else height for (_, height), is_lane in pairs)]
    axes.plot(steps, line, color=color, lw=1.6, marker="o", ms=marks.step, zorder=4)
    start = ([curve.stop], [levels.floor])
    axes.plot(*start, marker="^", ms=marks.stop + 1, color=color, mec="white", mew=0.6, zorder=6)
    crosses = [point for point, is_lane in pairs if is_lane]
    if not curve.differences:
        crosses = [(curve.stop, levels.lanes[NOT_COMPARABLE])]
    x = [step for step, _ in crosses]
    y = [height for _, height in crosses]
    axes.plot(x, y, ls="", marker="X", ms=7, color=color, mec="white", mew=0.6, zorder=7)


def _title(axes: Axes, check: CheckVerdict, is_narrow: bool) -> None:
    color = VERDICT_COLORS[check.verdict]
    where = None if is_narrow or check.verdict is Verdict.EXACT else where_text(check)
    if where is not None:
        axes.set_title(where, loc="left", fontsize="small", color=_GREY, pad=4)
    axes.annotate(
        f"{legal_in_xml(check.name)}: {check.verdict}",
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 4 if where is None else 17),
        textcoords="offset points",
        color=color,
        fontweight="bold",
        va="bottom",
    )


def _scale_axes(axes: Axes, curves: Sequence[StopCurve], levels: Levels, most_labels: int) -> None:
    leads = leads_by_step(curves)
    steps = [curve.stop for curve in curves]
    steps += [each.step for curve in curves for each in curve.differences]
    first, last = min(steps), max(steps)
    margin = max(0.4, 0.02 * (last - first))
    axes.set_xlim(first - margin, last + margin)
    marks = MaxNLocator(most_labels, integer=True, min_n_ticks=1).tick_values(first, last)
    shown = [int(mark) for mark in marks if first <= mark <= last]
    axes.set_xticks(shown, [_step_label(step, leads) for step in shown])
    axes.set_xlabel("step, and its lead time" if leads else "step", color=_GREY)
    heights, labels = levels.ticks()
    axes.set_yticks(heights, labels)
    axes.set_ylim(*levels.limits())
    if 0 < levels.high - levels.low <= _MOST_DECADES_WITH_MINOR_TICKS:
        axes.yaxis.set_minor_locator(
            FixedLocator(
                [
                    power + log10(digit)
                    for power in range(levels.low, levels.high)
                    for digit in range(2, 10)
                ]
            )
        )
    if levels.high > levels.low:
        axes.set_ylabel("largest difference", color=_GREY)
    axes.grid(axis="y", color="#e4e6e8", lw=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#b5b9be")
    axes.tick_params(which="both", color="#b5b9be", labelcolor=_GREY, labelsize="small")


def _step_label(step: int, leads: dict[int, float]) -> str:
    hours = leads.get(step)
    known = hours is not None and isfinite(hours)
    return f"{step}\n{lead_text(hours)}" if known and hours is not None else f"{step}"


def _handle(painted: _Painted) -> Line2D:
    label = _curve_label(painted.curve)
    return Line2D([], [], color=painted.color, lw=1.6, marker="^", ms=6, label=label)


def _legend(axes: Axes, handles: Sequence[Line2D]) -> None:
    """Explain the curves below the axes, where no curve can be."""
    below = ScaledTranslation(0, -_LEGEND_DISTANCE / 72, axes.figure.dpi_scale_trans)
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=axes.transAxes + below,
        borderaxespad=0,
        fontsize="small",
        frameon=False,
    )


def _curve_label(curve: StopCurve) -> str:
    opening = f"stopped after {curve.stop}"
    sizes = [each.max_abs for each in curve.differences if each.max_abs is not None]
    for each in curve.differences:
        if each.max_abs is None or each.differs:
            variable = (
                "" if each.variable is None else f"{shortened(legal_in_xml(each.variable), 16)} "
            )
            largest = f", up to {value_text(_largest(sizes))}" if sizes else ""
            return f"{opening}: {variable}wrong at {each.step}{largest}"
    return f"{opening}: no restart to compare"


def _largest(sizes: Sequence[float]) -> float:
    """Give the largest number; nan if one is, whatever their order."""
    return nan if any(map(isnan, sizes)) else max(sizes)
