"""What is verified: a class or a function that gives a model, named as the user names it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

WORKFLOW_ARGUMENT = "path"
"""What the only argument of a function is called that is a workflow."""

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class UnknownTarget(ValueError):  # noqa: N818 - it says what the target is
    """The text names no target."""


class Reference(NamedTuple):
    """Where another process finds a class or a function.

    Parameters
    ----------
    label : str
        The name that the user knows it by.
    name : str
        Its name in its module; parts are divided by dots.
    path : str or None
        The absolute path of its file, where it is named by its file.
    module : str or None
        The dotted name of its module, where it is named by that.
    pickled : bytes or None
        The thing itself as cloudpickle writes it, where it has no name.
    folders : tuple[str, ...]
        Absolute folders that modules are imported from, before all others.
    """

    label: str
    name: str
    path: str | None = None
    module: str | None = None
    pickled: bytes | None = None
    folders: tuple[str, ...] = ()


def parse_target(text: str, base: str, folders: tuple[str, ...] = ()) -> Reference:
    """Read ``file.py::name`` or ``package.module:name``.

    Parameters
    ----------
    text : str
        The target as the user wrote it.
    base : str
        The absolute folder that a relative path starts from.
    folders : tuple[str, ...]
        The folders that the project's modules are imported from.

    Raises
    ------
    UnknownTarget
        If the text has neither form, or there is no such file.
    """
    file, colons, name = text.partition("::")
    if colons:
        path = os.path.normpath(os.path.join(base, os.path.expanduser(file)))
        _refuse_bad_name(text, name)
        if not os.path.isfile(path):
            raise UnknownTarget(f"`{text}`: there is no file `{file}`")
        return Reference(text, name, path=path, folders=folders)
    module, colon, name = text.partition(":")
    if not colon or not _NAME.fullmatch(module) or module.endswith(".py"):
        raise UnknownTarget(f"`{text}` is neither `file.py::name` nor `package.module:name`")
    _refuse_bad_name(text, name)
    return Reference(text, name, module=module, folders=(*folders, base))


def reference_to(build: Callable[[], object]) -> Reference:
    """Refer to a class or a function that is at hand.

    What its module names is looked up there by the other process; anything else, as a lambda or a
    function inside a function, is taken along.

    Raises
    ------
    UnknownTarget
        If it cannot be taken along.
    """
    import cloudpickle

    module = getattr(build, "__module__", None)
    name = getattr(build, "__qualname__", None) or type(build).__qualname__
    label = f"{module}:{name}" if module else str(name)
    try:
        return Reference(label, str(name), pickled=cloudpickle.dumps(build))
    except Exception as error:
        raise UnknownTarget(f"`{label}` cannot be taken to another process: {error}") from error


def _refuse_bad_name(text: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UnknownTarget(f"`{text}`: `{name}` is no name of a class or a function")
