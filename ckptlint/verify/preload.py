"""What the server of child processes imports before the first case, so that it is paid once."""

from __future__ import annotations

import gc
import inspect
import sys
from typing import TYPE_CHECKING

import numpy
import torch
import xarray

if TYPE_CHECKING:
    from collections.abc import Iterator


def _frames() -> Iterator[inspect.FrameInfo]:
    frame = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        yield inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None)
        if frame.f_back is None:
            return
        frame = frame.f_back


def _stack(context: int = 1) -> list[inspect.FrameInfo]:
    """Give the call stack without source lines."""
    return [*_frames()]


# Earth2Studio asks for the stack at each optional dependency, and finding the source lines of
# every frame takes most of the ten seconds of its import.
_original_stack = inspect.stack
inspect.stack = _stack
try:
    import earth2studio.models.batch
    import earth2studio.models.px.utils
    import earth2studio.run
    import earth2studio.utils.checkpoint
finally:
    inspect.stack = _original_stack

from ckptlint.verify import (  # noqa: E402
    child,
    flushing,
    inspecting,
    interruption,
    recording,
    restarting,
    workflow,
)
from ckptlint.verify.loading import pass_over_imported  # noqa: E402
from ckptlint.verify.rehearsal import rollout as rehearsal  # noqa: E402

__all__ = [
    "child",
    "earth2studio",
    "flushing",
    "inspecting",
    "interruption",
    "recording",
    "rehearsal",
    "restarting",
    "workflow",
]

# The first of these calls import much of torch, and what xarray looks for: dask, pint, sparse.
xarray.DataArray(numpy.zeros(1))
torch.use_deterministic_algorithms(True, warn_only=True)
pass_over_imported()

# A collection in a child would look at all of that, and so copy its memory, which takes 0.3 s.
gc.collect()
gc.freeze()
