"""Where code stands: the yield at which a rollout is suspended, the line that raised."""

from __future__ import annotations

import os
from types import GeneratorType
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.verify.loading import installed_folders

if TYPE_CHECKING:
    from types import FrameType, TracebackType

_FOLDING: Final = "earth2studio/models/batch.py"


class Position(NamedTuple):
    """A line of a file, and the function it stands in."""

    path: str
    line: int
    function: str

    @property
    def words(self) -> str:
        """The position for a message."""
        return f"{os.path.basename(self.path)}:{self.line}"


def suspended_at(iterator: object) -> Position | None:
    """Tell at which yield a rollout is suspended: that of the generator that made the boundary.

    What only hands on, by ``yield from`` or as the wrapper that folds dimensions, is looked
    through. None for an iterator that is no generator.
    """
    position = None
    while isinstance(iterator, GeneratorType) and iterator.gi_frame is not None:
        frame = iterator.gi_frame
        position = _position(frame)
        inner = iterator.gi_yieldfrom
        if inner is None and _is_folding(frame):
            held = [one for one in frame.f_locals.values() if isinstance(one, GeneratorType)]
            inner = held[0] if held else None
        if not isinstance(inner, GeneratorType):
            break
        iterator = inner
    return position


def raised_at(error: BaseException) -> Position | None:
    """Tell the innermost line of the user's own code that an exception came through."""
    found, trace = None, error.__traceback__
    while trace is not None:
        path = os.path.abspath(trace.tb_frame.f_code.co_filename)
        if os.path.isfile(path) and not path.startswith(installed_folders()):
            found = _of_trace(trace)
        trace = trace.tb_next
    return found


def _of_trace(trace: TracebackType) -> Position:
    return _position(trace.tb_frame)._replace(line=trace.tb_lineno)


def _position(frame: FrameType) -> Position:
    code = frame.f_code
    return Position(os.path.realpath(code.co_filename), frame.f_lineno, code.co_qualname)


def _is_folding(frame: FrameType) -> bool:
    return frame.f_code.co_filename.replace("\\", "/").endswith(_FOLDING)
