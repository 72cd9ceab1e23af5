"""What is put into the attributes of a bound state, and where they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.state.handles import Handle, Handles, Reach


@dataclass(frozen=True, slots=True)
class Put:
    """An attribute of the bound state is set, or an item of it.

    Parameters
    ----------
    name : str
        The attribute.
    node : NodeNG
        The target that is assigned to, or the call of ``setattr``.
    value : NodeNG or None
        What is put there, where one expression gives it.
    reach : Reach
        The function in which that happens.
    handle : Handle
        What it is set through.
    key : NodeNG or None
        Which item is set; None where the whole attribute is.
    is_augmented : bool
        Whether it is made anew from itself: ``+=``.
    """

    name: str
    node: nodes.NodeNG
    value: nodes.NodeNG | None
    reach: Reach
    handle: Handle
    key: nodes.NodeNG | None = None
    is_augmented: bool = False

    @property
    def module(self) -> Module:
        """The module in which it stands."""
        return self.reach.module

    @property
    def text(self) -> str:
        """The attribute that is set, as it is or could be written."""
        return _text_of(self.node, self.name, self.module)


@dataclass(frozen=True, slots=True)
class Read:
    """An attribute of the bound state is read.

    Parameters
    ----------
    name : str
        The attribute.
    node : Attribute or Call
        The expression: an attribute, or a call of ``getattr`` or ``hasattr``.
    reach : Reach
        The function in which that happens.
    handle : Handle
        What it is read through.
    """

    name: str
    node: nodes.NodeNG
    reach: Reach
    handle: Handle

    @property
    def module(self) -> Module:
        """The module in which it stands."""
        return self.reach.module

    @property
    def text(self) -> str:
        """The attribute that is read, as it is or could be written."""
        return _text_of(self.node, self.name, self.module)


@dataclass(frozen=True, slots=True)
class Uses:
    """All that a class does with its bound state.

    `is_followed` is False where attributes are set in a way that does not tell which.
    """

    puts: tuple[Put, ...]
    reads: tuple[Read, ...]
    is_followed: bool


def uses_of(handles: Handles) -> Uses:
    """Collect what a class's own code, and what it passes the state to, does with the state."""
    puts: dict[nodes.NodeNG, Put] = {}
    reads: dict[nodes.NodeNG, Read] = {}
    is_followed = True
    for reach in handles.reached():
        names = dict(reach.names)
        for node in nodes_in(reach.function, (nodes.AssignAttr, nodes.Attribute, nodes.Call)):
            if isinstance(node, nodes.Call):
                used = _by_call(node, reach, handles, names)
                is_followed &= used is not False
                if isinstance(used, Put):
                    puts.setdefault(node, used)
                elif isinstance(used, Read):
                    reads.setdefault(node, used)
                continue
            handle = handles.of(node.expr, names)
            if handle is None:
                continue
            name = str(node.attrname)
            if isinstance(node, nodes.AssignAttr):
                value = _value_of_target(node)
                is_augmented = isinstance(node.parent, nodes.AugAssign)
                puts.setdefault(node, Put(name, node, value, reach, handle, None, is_augmented))
                continue
            if name in ("__dict__", "__setattr__"):
                is_followed = False
            reads.setdefault(node, Read(name, node, reach, handle))
            for put in _items(node, name, reach, handle):
                puts.setdefault(put.node, put)
    return Uses(tuple(puts.values()), tuple(reads.values()), is_followed)


def _text_of(node: nodes.NodeNG, name: str, module: Module) -> str:
    if isinstance(node, nodes.Call):
        return f"{module.text(node.args[0])}.{name}"
    return " ".join(module.text(node).split())


def _value_of_target(target: nodes.NodeNG) -> nodes.NodeNG | None:
    """Give the expression whose value a target gets, where there is one."""
    statement = target.parent
    if isinstance(statement, nodes.Assign | nodes.AnnAssign):
        return statement.value
    if isinstance(statement, nodes.Tuple | nodes.List):
        whole = _value_of_target(statement)
        if (
            isinstance(whole, nodes.Tuple | nodes.List)
            and len(whole.elts) == len(statement.elts)
            and not any(isinstance(one, nodes.Starred) for one in (*whole.elts, *statement.elts))
        ):
            return whole.elts[statement.elts.index(target)]
    return None


def _items(node: nodes.Attribute, name: str, reach: Reach, handle: Handle) -> Iterator[Put]:
    """Give the item of an attribute that is set where the attribute is read: ``state.x[k] = v``."""
    item = node.parent
    if not isinstance(item, nodes.Subscript) or item.value is not node:
        return
    statement = item.parent
    is_target = (isinstance(statement, nodes.Assign) and item in statement.targets) or (
        isinstance(statement, nodes.AugAssign) and item is statement.target
    )
    if is_target:
        is_augmented = isinstance(statement, nodes.AugAssign)
        value = None if is_augmented else statement.value
        yield Put(name, item, value, reach, handle, item.slice, is_augmented)


def _by_call(
    call: nodes.Call, reach: Reach, handles: Handles, names: dict[str, Handle]
) -> Put | Read | bool:
    """Give what ``setattr``, ``getattr`` or ``hasattr`` does; False where it may be anything."""
    function = call.func
    if isinstance(function, nodes.Name) and function.name == "vars" and len(call.args) == 1:
        return handles.of(call.args[0], names) is None
    if not isinstance(function, nodes.Name) or len(call.args) < 2:
        return True
    if function.name not in ("setattr", "getattr", "hasattr"):
        return True
    handle = handles.of(call.args[0], names)
    if handle is None:
        return True
    given = call.args[1]
    if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
        return False
    if function.name == "setattr":
        value = call.args[2] if len(call.args) == 3 else None
        return Put(given.value, call, value, reach, handle)
    return Read(given.value, call, reach, handle)
