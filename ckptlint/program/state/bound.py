"""The bound dataclasses of a module: what each class with bound state has bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_bind_call
from ckptlint.program.classes import Class
from ckptlint.program.state.fields import StateDataclass, dataclass_of
from ckptlint.program.state.handles import Handle, Handles
from ckptlint.program.state.instances import Made, Setting, instance_made, is_self
from ckptlint.program.state.uses import Uses, uses_of
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.state.fields import Field
    from ckptlint.program.state.uses import Put, Read


@dataclass(frozen=True, slots=True, eq=False)
class BoundDataclass:
    """What one call of `bind_checkpoint_state` binds for one class.

    Parameters
    ----------
    concrete : Class
        The class of the module on whose instances the call runs.
    call : Call
        The call; it may stand in an ancestor, in another module.
    owner : Class
        The class in whose body the call stands.
    made : Made
        The dataclass, and the call that makes its instance.
    dataclass : StateDataclass
        The dataclass, read.
    attributes : tuple[tuple[str, Handle], ...]
        The attributes of ``self`` that hold the proxy, or the instance behind it.
    uses : Uses
        What the class and its ancestors do with it.
    """

    concrete: Class
    call: nodes.Call
    owner: Class
    made: Made
    dataclass: StateDataclass
    attributes: tuple[tuple[str, Handle], ...]
    uses: Uses

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in the order in which they are saved."""
        return self.dataclass.fields

    @property
    def attribute(self) -> str | None:
        """The attribute of ``self`` that holds the proxy; None where it is not held in one."""
        proxies = [name for name, handle in self.attributes if handle is Handle.PROXY]
        return proxies[0] if proxies else None

    def puts_of(self, name: str) -> tuple[Put, ...]:
        """Give what is put into an attribute."""
        return tuple(put for put in self.uses.puts if put.name == name)

    def reads_of(self, name: str) -> tuple[Read, ...]:
        """Give where an attribute is read."""
        return tuple(read for read in self.uses.reads if read.name == name)

    @property
    def bound_object(self) -> nodes.NodeNG | None:
        """The argument of the call."""
        return _bound_object(self.call)

    def argument_of(self, name: str) -> nodes.NodeNG | None:
        """Give what the call of the dataclass is given for a field, by position or by name.

        Where that cannot be told, the call itself stands for it.
        """
        call = self.made.call
        if call is None:
            return None
        given = {word.arg: word.value for word in call.keywords}
        if None in given or any(isinstance(one, nodes.Starred) for one in call.args):
            return call
        positions = [field.name for field in self.fields]
        if name in positions and positions.index(name) < len(call.args):
            return call.args[positions.index(name)]
        return given.get(name)


def bound_dataclasses(module: Module) -> tuple[BoundDataclass, ...]:
    """Find what the classes of `module` bind, themselves or through an ancestor.

    What binds an object whose class cannot be told, or is no dataclass, is left out.
    """
    return tuple(found for cls in module.classes for found in _bound_by(cls))


def bind_calls(cls: Class) -> tuple[nodes.Call, ...]:
    """Give the calls of `bind_checkpoint_state` in a class's own methods, as the text has them."""
    if facts.BIND_CHECKPOINT_STATE.rpartition(".")[2] not in cls.module.source.text:
        return ()
    return tuple(
        call
        for call in nodes_in(cls.node, nodes.Call)
        if isinstance(call.frame(), nodes.FunctionDef) and is_bind_call(cls.module, call)
    )


def _bound_by(concrete: Class) -> tuple[BoundDataclass, ...]:
    return concrete.module.remember(
        concrete.node, ("bound", concrete), lambda: tuple(_found_in(concrete))
    )


def _found_in(concrete: Class) -> Iterator[BoundDataclass]:
    for owner in concrete.mro:
        if not isinstance(owner, Class):
            continue
        for call in bind_calls(owner):
            made = instance_made(_bound_object(call), Setting(owner.module, concrete))
            definition = dataclass_of(made.cls) if made is not None else None
            if made is None or definition is None:
                continue
            attributes = _attributes_of(call, concrete)
            uses = uses_of(Handles(concrete, attributes))
            yield BoundDataclass(
                concrete, call, owner, made, definition, tuple(attributes.items()), uses
            )


def _bound_object(call: nodes.Call) -> nodes.NodeNG | None:
    if call.args:
        return call.args[0]
    return next((word.value for word in call.keywords if word.arg == "state"), None)


def _attributes_of(call: nodes.Call, concrete: Class) -> dict[str, Handle]:
    """Name the attributes of ``self`` that hold what a call binds."""
    found = dict.fromkeys(_held_in(call, concrete), Handle.PROXY)
    instance = _bound_object(call)
    if isinstance(instance, nodes.Attribute) and is_self(instance.expr):
        found.setdefault(instance.attrname, Handle.INSTANCE)
    elif isinstance(instance, nodes.Name):
        for name in _attributes_given(instance.name, call.frame()):
            found.setdefault(name, Handle.INSTANCE)
    return found


def _held_in(call: nodes.Call, concrete: Class) -> Iterator[str]:
    """Follow a value to attributes of ``self``: at once, by a local, or by a method's return."""
    statement = call.parent
    while isinstance(statement, nodes.NamedExpr | nodes.IfExp):
        statement = statement.parent
    if isinstance(statement, nodes.Assign | nodes.AnnAssign):
        targets = statement.targets if isinstance(statement, nodes.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, nodes.AssignAttr) and is_self(target.expr):
                yield str(target.attrname)
            elif isinstance(target, nodes.AssignName):
                yield from _attributes_given(target.name, call.frame())
    elif isinstance(statement, nodes.Return):
        function = statement.frame()
        for ancestor in concrete.mro:
            if isinstance(ancestor, Class):
                yield from _attributes_given_by(function.name, ancestor)


def _attributes_given(local: str, function: nodes.NodeNG) -> Iterator[str]:
    """Name the attributes of ``self`` that a function assigns a local to."""
    for statement in nodes_in(function, (nodes.Assign, nodes.AnnAssign)):
        if isinstance(statement.value, nodes.Name) and statement.value.name == local:
            yield from _own_targets(statement)


def _attributes_given_by(method: str, cls: Class) -> Iterator[str]:
    """Name the attributes of ``self`` that the result of ``self.method()`` is assigned to."""
    for statements in cls.instance_attributes.values():
        for statement in statements:
            value = getattr(statement, "value", None)
            function = value.func if isinstance(value, nodes.Call) else None
            if (
                isinstance(function, nodes.Attribute)
                and function.attrname == method
                and is_self(function.expr)
            ):
                yield from _own_targets(statement)


def _own_targets(statement: nodes.NodeNG) -> Iterator[str]:
    targets = statement.targets if isinstance(statement, nodes.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, nodes.AssignAttr) and is_self(target.expr):
            yield str(target.attrname)
