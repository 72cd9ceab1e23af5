"""A restart-aware model whose step takes some time, for `verify_cost.py`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures" / "rollouts"))

from good_plain import Plain  # type: ignore[import-not-found]

_LAYERS = 60
_WIDTH = 96


class Convolving(Plain):  # type: ignore[misc]
    """Its step runs a stack of convolutions beside the plain one, and adds a trace of them."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        layers = [torch.nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1) for _ in range(_LAYERS)]
        self.stack = torch.nn.Sequential(*layers)

    def _forward(self, x: torch.Tensor, *rest: Any) -> Any:
        with torch.inference_mode():
            wide = x.reshape(-1)[:1].expand(1, _WIDTH, 24, 48)
            trace = 1e-3 * torch.tanh(self.stack(wide)).mean()
        return super()._forward(x + trace, *rest)


def build() -> Convolving:
    """Make the model."""
    return Convolving()
