"""What an error in a rehearsal means: a fault of the model, or an end of what can be rehearsed."""

from __future__ import annotations

import os
import re
import sysconfig
import traceback
from typing import TYPE_CHECKING

import earth2studio  # type: ignore[import-untyped,unused-ignore]
import numpy
import torch
from torch._subclasses import fake_tensor

from ckptlint.verify.rehearsal.records import UNREHEARSABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 240

DEVICE_FAULT = re.compile(
    r"same device|at least two devices|two different devices|different device"
    r"|device type (for generator|tensor to numpy)|RNG state must be"
)
NEEDS_VALUES = re.compile(
    r"numpy\(\) is not supported for tensor subclasses|its data is not allocated"
    r"|'FakeTensor'|FakeTensor\.__|data pointer of|Not available for 'meta'|_share_fd_"
    r"|Can't (get|pickle) local object 'WeakValueDictionary"
)
NEEDS_ACCELERATOR = re.compile(
    r"^Could not run '|not linked with support for|not compiled with CUDA|requires CUDA support"
    r"|NVIDIA driver|No CUDA GPUs|no fake impl|^NYI: |TorchScript|ScriptModule"
    r"|PrivateUse1|Autocastrehearsal|device is not available"
)


class UnrehearsableError(RuntimeError):
    """Raised where a rehearsal meets what only a real accelerator could do."""


def _known(*names: str) -> tuple[type[BaseException], ...]:
    """Give those of torch's errors on fake tensors that this torch has."""
    found = (getattr(fake_tensor, name, None) for name in names)
    return tuple(error for error in found if error is not None)


_VALUE_ERRORS = _known("DataDependentOutputException", "DynamicOutputShapeException")
_OPERATION_ERRORS = _known(
    "UnsupportedOperatorException",
    "UnsupportedFakeTensorException",
    "UnsupportedMutationAliasingException",
)
_DEVICE_ERRORS = _known("FakeTensorDeviceMismatchError")


def is_device_fault(error: BaseException) -> bool:
    """Tell whether an error says that tensors were on different devices, or on a wrong one."""
    return isinstance(error, _DEVICE_ERRORS) or DEVICE_FAULT.search(str(error)) is not None


def limit_met(error: BaseException) -> str | None:
    """Tell which limit of a rehearsal an error comes from, None if it is the model's own."""
    if isinstance(error, _DEVICE_ERRORS):
        return None
    for cause in _chain(error):
        text = str(cause)
        if isinstance(cause, UnrehearsableError):
            return _shortened(text)
        if isinstance(cause, _VALUE_ERRORS):
            return _shortened(f"fake tensors have no values, which {text} needs")
        if NEEDS_VALUES.search(text):
            return _shortened(f"fake tensors have no values ({_line(cause)})")
        if (
            isinstance(cause, _OPERATION_ERRORS)
            or NEEDS_ACCELERATOR.search(text)
            or type(cause).__module__.startswith(("torch._dynamo", "torch._inductor"))
        ):
            return _shortened(f"fake tensors cannot do this ({_line(cause)})")
    return None


def described(error: BaseException) -> str:
    """Give an error in one line, marked if it says nothing about the model."""
    limit = limit_met(error)
    return _line(error) if limit is None else UNREHEARSABLE + limit


def place_of(error: BaseException) -> str | None:
    """Give the innermost line of an error that belongs neither to a library nor to ckptlint.

    A model that Earth2Studio itself brings has no other code than that library's.
    """
    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [(file, line) for file, line in frames if not _is_library(file)]
    models = os.path.join(_EARTH2STUDIO, "models", "")
    batch = os.path.join(models, "batch.py")
    if not own:
        own = [(file, line) for file, line in frames if file.startswith(models) and file != batch]
    return None if not own else f"{own[-1][0]}:{own[-1][1]}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and those that it was raised from or while handling."""
    following: BaseException | None = error
    seen: set[int] = set()
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _line(error: BaseException) -> str:
    text = str(error).strip().split("\n", 1)[0]
    return _shortened(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _folder(file: str | None) -> str:
    return os.path.join(os.path.dirname(str(file)), "")


_EARTH2STUDIO = os.path.dirname(str(earth2studio.__file__))
_LIBRARIES = (
    _folder(torch.__file__),
    _folder(numpy.__file__),
    os.path.join(_EARTH2STUDIO, ""),
    _folder(os.path.dirname(__file__)),
)
_STANDARD = os.path.join(sysconfig.get_path("stdlib"), "")


def _is_library(file: str) -> bool:
    if file.startswith("<") or file.startswith(_LIBRARIES):
        return True
    # What is installed lies below the standard library's folder, and may well be the model.
    return file.startswith(_STANDARD) and "site-packages" not in file
