"""What a target is, once it has been imported: a model or a workflow, and where it is defined."""

from __future__ import annotations

import inspect
import os
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from ckptlint.verify.loading import load, user_modules
from ckptlint.verify.target import WORKFLOW_ARGUMENT

if TYPE_CHECKING:
    from ckptlint.verify.plan import Plan


class Kind(StrEnum):
    """What calling a target does."""

    MODEL = "model"
    WORKFLOW = "workflow"


class Inspected(NamedTuple):
    """What a target is.

    `path` and `line` tell where it is defined, where that is known; `files` are the real paths of
    the user's modules that importing it imports.
    """

    kind: Kind
    path: str | None
    line: int | None
    files: tuple[str, ...]


def inspect_target(plan: Plan) -> Inspected:
    """Import a target, and look at it without calling it.

    Raises
    ------
    TypeError
        If it cannot be called without arguments, nor with a path alone.
    """
    target = load(plan.target, plan.overlays)
    if not callable(target):
        raise TypeError(f"it is a {type(target).__name__}, not a class or a function")
    needed = _required(target)
    kind = Kind.WORKFLOW if needed == [WORKFLOW_ARGUMENT] else Kind.MODEL
    if needed and kind is Kind.MODEL:
        names = ", ".join(f"`{name}`" for name in needed)
        raise TypeError(f"it needs {names}: name a function without arguments that makes the model")
    try:
        path = inspect.getsourcefile(target)
        line = inspect.getsourcelines(target)[1] if path else None
    except (OSError, TypeError):
        path, line = None, None
    files = tuple(os.path.realpath(str(module.__file__)) for module in user_modules())
    return Inspected(kind, os.path.abspath(path) if path else None, line, files)


def _required(target: Any) -> list[str]:
    try:
        parameters = inspect.signature(target).parameters.values()
    except ValueError:
        return []
    free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        one.name
        for one in parameters
        if one.default is inspect.Parameter.empty and one.kind not in free
    ]


def cuda_devices() -> int:
    """Count the CUDA devices; only a child process asks, for the question may begin to use them."""
    return torch.cuda.device_count() if torch.cuda.is_available() else 0
