"""Where code stands: the yield at which a rollout is suspended, the line that raised."""

from __future__ import annotations

import gc
import os
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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

    What only hands on is looked through: ``yield from``, the wrapper that folds dimensions, and a
    method that loops over the generator of another method of its own object. None for an iterator
    that is no generator.
    """
    position = None
    while isinstance(iterator, GeneratorType) and iterator.gi_frame is not None:
        position = _position(iterator.gi_frame)
        inner = iterator.gi_yieldfrom or _handed_on(iterator)
        if not isinstance(inner, GeneratorType):
            break
        iterator = inner
    return position


def drawn_from(generator: GeneratorType[Any, Any, Any]) -> list[GeneratorType[Any, Any, Any]]:
    """Give the generators that a suspended one holds: in its locals, and in the loop it is in."""
    held = [generator.gi_yieldfrom, *gc.get_referents(generator)]
    unique = {id(one): one for one in held if isinstance(one, GeneratorType)}
    return [*unique.values()]


def is_folding(frame: FrameType) -> bool:
    """Tell whether a frame is that of Earth2Studio's wrapper that folds dimensions."""
    return frame.f_code.co_filename.replace("\\", "/").endswith(_FOLDING)


def _handed_on(generator: GeneratorType[Any, Any, Any]) -> GeneratorType[Any, Any, Any] | None:
    frame = generator.gi_frame
    if frame is None:
        return None
    owner = frame.f_locals.get("self", generator)
    for inner in drawn_from(generator):
        is_own = _owner_of(inner) is owner and inner.gi_code.co_name != frame.f_code.co_name
        if inner.gi_frame is not None and (is_own or is_folding(frame)):
            return inner
    return None


def _owner_of(generator: GeneratorType[Any, Any, Any]) -> object:
    """Give the object whose method a generator is; the folding wrapper calls it `model`."""
    frame = generator.gi_frame
    if frame is None:
        return None
    return frame.f_locals.get("model" if is_folding(frame) else "self")


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
