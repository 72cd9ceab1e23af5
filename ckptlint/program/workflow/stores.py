"""Outputs that begin empty each time a script is run: overwritten, or kept in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.facts import SESSION_ATTRIBUTES
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.identity import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module

_BACKENDS: Final = "earth2studio.io."
_IN_MEMORY: Final = frozenset({"KVBackend", "XarrayBackend"})
_OPTIONS: Final = {
    "ZarrBackend": ("backend_kwargs", 2, "overwrite", True),
    "NetCDF4Backend": ("backend_kwargs", 1, "mode", "w"),
    "AsyncZarrBackend": ("zarr_kwargs", 6, "mode", "w"),
}
"""The parameter of each backend, and its place, whose item says that it is to be emptied."""

_WITH_MODE: Final = {
    "zarr.open": "w",
    "zarr.open_array": "w",
    "zarr.open_group": "w",
    "numpy.memmap": "w+",
    "numpy.lib.format.open_memmap": "w+",
}
_TEXT_MODES: Final = frozenset({"w", "wt", "wb", "w+", "wb+"})
_OF_LOGS: Final = ("log", "progress", "status", "tmp", "devnull", "timing")


@dataclass(frozen=True, slots=True)
class EmptyStore:
    """An output that begins empty.

    Parameters
    ----------
    made : Call
        What makes or opens it.
    name : str or None
        The variable that holds it; None where it is handed on at once.
    option : str or None
        What says that it is emptied, as written; None where it is kept in memory.
    is_only : bool
        Whether the variable never holds anything else.
    """

    made: nodes.Call
    name: str | None
    option: str | None
    is_only: bool = True


def empty_stores(module: Module) -> Iterator[EmptyStore]:
    """Find the outputs of `module` that begin empty wherever they are made.

    One whose path may differ from run to run is none.
    """
    for call in nodes_in(module.tree, nodes.Call):
        option, path = _emptied(call, module)
        if option is None or (path is not None and not _is_one_path(path, frozenset())):
            continue
        if path is not None and _is_log(path):
            continue
        target = _target(call)
        if target is not None:
            _, bindings = bindings_of(target.name, target)
            yield EmptyStore(call, target.name, option or None, len(bindings) == 1)
        elif isinstance(call.parent, nodes.Call | nodes.Keyword):
            yield EmptyStore(call, None, option or None)


def _emptied(call: nodes.Call, module: Module) -> tuple[str | None, nodes.NodeNG | None]:
    """Tell how an output is emptied, by an empty text where it is in memory, and its path."""
    function = call.func
    last = getattr(function, "attrname", getattr(function, "name", ""))
    if last == "open" and isinstance(function, nodes.Name) and "open" not in module.tree.locals:
        return _opened(call, _argument(call, "file", 0), _argument(call, "mode", 1))
    if last == "open" and len(call.args) < 2 and isinstance(function, nodes.Attribute):
        mode = _argument(call, "mode", 0)
        if isinstance(mode, nodes.Const) and mode.value in _TEXT_MODES:
            return _opened(call, function.expr, mode)
    if last not in _IN_MEMORY and last not in _OPTIONS and last not in _LAST_OF_MODE:
        return None, None
    resolved = module.resolve(function) or ""
    path = _argument(call, "file_name", 0)
    if resolved in _WITH_MODE:
        path = call.args[0] if call.args else None
        mode = _argument(call, "mode", 9)
        if (
            path is not None
            and isinstance(mode, nodes.Const)
            and mode.value == _WITH_MODE[resolved]
        ):
            return f'mode="{mode.value}"', path
        return None, None
    if not resolved.startswith(_BACKENDS):
        return None, None
    if last in _IN_MEMORY:
        return "", None
    if last == "ZarrBackend" and (path is None or path.as_string() == "None"):
        is_open = any(word.arg is None for word in call.keywords)
        return (None if is_open else ""), None
    parameter, place, key, value = _OPTIONS[last]
    item = _item(_argument(call, parameter, place), key)
    if path is None or not isinstance(item, nodes.Const) or item.value != value:
        return None, None
    return (f"{key}=True" if value is True else f'{key}="{value}"'), path


_LAST_OF_MODE: Final = frozenset(name.rpartition(".")[2] for name in _WITH_MODE)


def _opened(
    call: nodes.Call, path: nodes.NodeNG | None, mode: nodes.NodeNG | None
) -> tuple[str | None, nodes.NodeNG | None]:
    if path is None or not isinstance(mode, nodes.Const) or mode.value not in _TEXT_MODES:
        return None, None
    return f'mode="{mode.value}"', path


def _argument(call: nodes.Call, name: str, place: int) -> nodes.NodeNG | None:
    for word in call.keywords:
        if word.arg == name:
            return word.value
    if any(isinstance(one, nodes.Starred) for one in call.args):
        return None
    return call.args[place] if len(call.args) > place else None


def _item(options: nodes.NodeNG | None, key: str) -> nodes.NodeNG | None:
    """Give what a dictionary that is written out holds under `key`."""
    if isinstance(options, nodes.Name):
        _, bindings = bindings_of(options.name, options)
        statement = bindings[0].parent if len(bindings) == 1 else None
        options = statement.value if isinstance(statement, nodes.Assign) else None
    if isinstance(options, nodes.Dict):
        for name, value in options.items:
            if isinstance(name, nodes.Const) and name.value == key:
                return value
    if isinstance(options, nodes.Call) and getattr(options.func, "name", None) == "dict":
        return next((word.value for word in options.keywords if word.arg == key), None)
    return None


def _is_one_path(path: nodes.NodeNG, seen: frozenset[str]) -> bool:
    """Tell whether a path is the same whenever the script is run."""
    if not is_plain(path):
        return False
    if any(one.attrname in SESSION_ATTRIBUTES for one in nodes_in(path, nodes.Attribute)):
        return False
    for name in nodes_in(path, nodes.Name):
        if isinstance(name.parent, nodes.Call) and name.parent.func is name:
            continue
        scope, bindings = bindings_of(name.name, name)
        if scope is None or name.name in seen:
            continue
        if len(bindings) != 1:
            return False
        binding = bindings[0].parent
        match binding:
            case nodes.Assign():
                if not _is_one_path(binding.value, seen | {name.name}):
                    return False
            case nodes.Arguments() | nodes.Import() | nodes.ImportFrom():
                continue
            case _:
                if not isinstance(bindings[0], nodes.Import | nodes.ImportFrom):
                    return False
    return True


def _is_log(path: nodes.NodeNG) -> bool:
    return any(word in path.as_string().lower() for word in _OF_LOGS)


def _target(call: nodes.Call) -> nodes.AssignName | None:
    """Give the variable that is to hold an output."""
    target = None
    match call.parent:
        case nodes.Assign(targets=[nodes.AssignName() as target]):
            pass
        case nodes.With():
            target = next((name for value, name in call.parent.items if value is call), None)
    return target if isinstance(target, nodes.AssignName) else None
