"""Draws wrong-forecast.svg: one grid point of a forecast, and of the same one restarted wrongly.

``python docs/images/wrong_forecast.py``, where the extra `verify` is installed. The model is
fixtures/rollouts/bad_super_counts_steps.py, which counts its steps in a local variable.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Final

STEPS: Final = 32
STOP: Final = 13
HERE: Final = Path(__file__).parent
ROLLOUTS: Final = HERE.parents[1] / "fixtures" / "rollouts"
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 300, 40, 36, 62, 46
_TITLE: Final = "t2m at one grid point, uninterrupted and restarted after step 13"
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#333}.axis{stroke:#bbb}.grid{stroke:#eee}"
    "path{fill:none;stroke-width:2.2;stroke-linejoin:round}"
)
_RIGHT_COLOUR, _WRONG_COLOUR = "#12466b", "#c2570c"


def rolled(folder: str, writes: int) -> list[float]:
    """Roll the model out, or go on, until so many rows are written; give what it yields."""
    sys.path.insert(0, str(ROLLOUTS))
    import_module("ckptlint.verify.preload")  # it imports Earth2Studio quickly
    import torch
    from bad_super_counts_steps import build
    from earth2studio.utils.checkpoint import Checkpoint

    with Checkpoint("forecast", path=folder, mode="append", level=2) as session:
        model = build()
        coords = model.input_coords()
        coords["batch"] = [0]
        shape = [len(values) for values in coords.values()]
        x = torch.randn(shape, generator=torch.Generator().manual_seed(3))
        values = []
        for boundary, where in model.create_iterator(x, coords):
            values.append(float(boundary[0, 0, 0, 1, 2]))
            session.write(lead_time=where["lead_time"][-1])
            if session.write_count == writes:
                return values
    raise AssertionError("a rollout does not end")


def _in_a_process(folder: str, writes: int) -> list[float]:
    call = [sys.executable, __file__, folder, str(writes)]
    done = subprocess.run(call, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def drawn(right: list[float], wrong: list[float]) -> str:
    """Draw both forecasts; the second begins after the stop."""
    low, high = min(right + wrong), max(right + wrong)

    def x(step: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * step / STEPS

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    def line(first: int, values: list[float], colour: str, more: str = "") -> str:
        points = " L".join(f"{x(first + i):.1f} {y(value):.1f}" for i, value in enumerate(values))
        return f'<path d="M{points}" stroke="{colour}" {more}/>'

    ticks = "".join(
        f'<line class="grid" x1="{x(step):.1f}" x2="{x(step):.1f}" y1="{_TOP}" '
        f'y2="{_HEIGHT - _BOTTOM}"/><text x="{x(step):.1f}" y="{_HEIGHT - _BOTTOM + 18}" '
        f'text-anchor="middle">+{6 * step} h</text>'
        for step in range(0, STEPS + 1, 4)
    )
    stop = x(STOP)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'aria-label="{_TITLE}">',
            f"<title>{_TITLE}</title><style>{_STYLE}</style>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="#fff"/>',
            f'<text x="{_LEFT}" y="26" font-weight="600">{_TITLE}</text>',
            ticks,
            f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_HEIGHT - _BOTTOM}" '
            f'y2="{_HEIGHT - _BOTTOM}"/>',
            f'<line x1="{stop:.1f}" x2="{stop:.1f}" y1="{_TOP - 20}" y2="{_HEIGHT - _BOTTOM}" '
            'stroke="#888" stroke-dasharray="4 4"/>',
            f'<text x="{stop + 6:.1f}" y="{_TOP - 8}">stopped and restarted here</text>',
            line(0, right, _RIGHT_COLOUR),
            line(STOP, [right[STOP], *wrong], _WRONG_COLOUR, 'stroke-dasharray="7 4"'),
            f'<text x="{_LEFT}" y="{_HEIGHT - 6}" style="fill:{_RIGHT_COLOUR}">'
            "solid: the uninterrupted forecast</text>",
            f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end" '
            f'style="fill:{_WRONG_COLOUR}">dashed: the restarted one</text>',
            "</svg>",
            "",
        )
    )


def main() -> None:
    """Run the forecast in one go, then with a stop, and draw what both yield."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        right = _in_a_process(one, STEPS + 1)
        first = _in_a_process(other, STOP + 1)
        wrong = _in_a_process(other, STEPS + 1)
    assert first == right[: STOP + 1]
    assert len(wrong) == STEPS - STOP
    (HERE / "wrong-forecast.svg").write_text(drawn(right, wrong), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(*rolled(sys.argv[1], int(sys.argv[2])))
    else:
        main()
