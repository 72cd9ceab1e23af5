"""Plots as pictures: one figure for all targets, or one for a single check."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from matplotlib import rc_context, style
from matplotlib.figure import Figure

from ckptlint.reports.display import lay_out
from ckptlint.reports.xml_text import legal_in_xml
from ckptlint.verify.reports.panel import VERDICT_COLORS, draw_check, is_flat, legend_rows
from ckptlint.verify.reports.wording import explained_checks
from ckptlint.verify.reports.wrapping import shortened
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import SubFigure
    from matplotlib.typing import RcKeyType

    from ckptlint.verify.verdict import CheckVerdict, TargetVerdict, VerifyResult

_WIDTH: Final = 8.0
_CHECK_WIDTH: Final = 4.2
_HEIGHT: Final = 3.3
_FLAT_HEIGHT: Final = 1.45
_ROW_HEIGHT: Final = 0.2
_REMARK_COLUMNS: Final = 104
_HEADING_HEIGHT: Final = 0.45
_DPI: Final = 130
# The renderer's own limit is 2**16 on each side.
_MOST_PIXELS: Final = 60_000
_SETTINGS: Final[dict[RcKeyType, Any]] = {
    # A dollar sign in a name is a dollar sign.
    "text.parse_math": False,
    # Names of parts are the same each time.
    "svg.hashsalt": "ckptlint",
    "figure.constrained_layout.h_pad": 0.08,
}
_CLIP_PATH: Final = re.compile(rb"\bp[0-9a-f]{10}\b")
_NO_METADATA: Final = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
}


def picture_of_result(result: VerifyResult, kind: str) -> bytes:
    """Draw a panel for each check of each target that has curves, as ``png`` or ``svg``."""
    with _own_style():
        figure = Figure(figsize=(_WIDTH, _result_height(result)), layout="constrained")
        targets = result.targets
        if not targets:
            figure.text(0.5, 0.5, "nothing was verified", ha="center", va="center")
            return _saved(figure, kind)
        heights = [_target_height(target) for target in targets]
        parts = figure.subfigures(len(targets), 1, height_ratios=heights, squeeze=False)
        for part, target in zip(parts[:, 0], targets, strict=True):
            _draw_target(part, target)
        return _saved(figure, kind)


def picture_of_check(check: CheckVerdict) -> bytes:
    """Draw one check as SVG, narrow enough to be read on a phone."""
    with _own_style():
        figure = Figure(figsize=(_CHECK_WIDTH, _check_height(check)), layout="constrained")
        draw_check(figure.subplots(), check, is_narrow=True)
        return _saved(figure, "svg")


def _draw_target(part: SubFigure, target: TargetVerdict) -> None:
    name = shortened(legal_in_xml(target.target), 64)
    heading = f"{name} ({shortened(legal_in_xml(target.device), 12)}): {target.verdict}"
    color = VERDICT_COLORS[target.verdict]
    part.suptitle(heading, x=0.01, ha="left", fontsize=12, fontweight="bold", color=color)
    drawn = [check for check in target.checks if check.curves]
    remarks = _remarks(target)
    ratios = [_check_height(check) for check in drawn]
    if remarks:
        ratios.append(_remarks_height(remarks))
    panels = part.subplots(len(ratios), 1, height_ratios=ratios, squeeze=False)[:, 0]
    for axes, check in zip(panels, drawn, strict=False):
        draw_check(axes, check)
    if remarks:
        axes = panels[-1]
        axes.axis("off")
        axes.text(0, 1, "\n".join(remarks), va="top", transform=axes.transAxes, fontsize="small")


def _remarks(target: TargetVerdict) -> list[str]:
    """Tell of the checks without a curve, those that are not exact first, each with its reason."""
    others = [check for check in explained_checks(target) if not check.curves]
    remarks = [
        f"{each.name}: {each.verdict}: {each.reason or each.blame or 'no curve'}"
        for each in others
        if each.verdict is not Verdict.EXACT
    ]
    exact = ", ".join(each.name for each in others if each.verdict is Verdict.EXACT)
    if exact:
        remarks.append(f"exact, without a curve: {exact}")
    return [_cut(remark) for remark in remarks]


def _cut(text: str) -> str:
    return lay_out(legal_in_xml(" ".join(text.split()))).window(0, 1, _REMARK_COLUMNS).text


def _result_height(result: VerifyResult) -> float:
    return sum(map(_target_height, result.targets)) or 1.0


def _target_height(target: TargetVerdict) -> float:
    drawn = (_check_height(each) for each in target.checks if each.curves)
    return _HEADING_HEIGHT + sum(drawn) + _remarks_height(_remarks(target))


def _remarks_height(remarks: Sequence[str]) -> float:
    return 0.2 + _ROW_HEIGHT * len(remarks) if remarks else 0


def _check_height(check: CheckVerdict) -> float:
    rows = legend_rows(check)
    return (_FLAT_HEIGHT if is_flat(check) else _HEIGHT) + _ROW_HEIGHT * rows


@contextmanager
def _own_style() -> Iterator[None]:
    """Draw alike whatever the user's own style is, and keep quiet about letters without a shape."""
    with style.context("default"), rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def _saved(figure: Figure, kind: str) -> bytes:
    stream = BytesIO()
    dpi = min(_DPI, _MOST_PIXELS / figure.get_figheight())
    figure.savefig(stream, format=kind, dpi=dpi, metadata=_NO_METADATA[kind])
    return _with_steady_names(stream.getvalue()) if kind == "svg" else stream.getvalue()


def _with_steady_names(svg: bytes) -> bytes:
    """Give clip paths numbers: their names are hashes of places that differ in the last bit."""
    names = dict.fromkeys(_CLIP_PATH.findall(svg))
    numbers = {name: b"clip-%d" % number for number, name in enumerate(names, 1)}
    return _CLIP_PATH.sub(lambda found: numbers[found[0]], svg)
