"""Of which class the object is that an expression makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Attribute, Class, Method
from ckptlint.program.interpretation.frame import is_generator
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.program.module import Module

_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Setting:
    """Where an expression stands: in a method of `owner` that runs on a `concrete`, or outside.

    Parameters
    ----------
    module : Module
        The module that holds it.
    concrete : Class or None
        The class of ``self``.
    depth : int
        How many names and calls were followed to come here.
    """

    module: Module
    concrete: Class | None
    depth: int = 0

    def within(self, module: Module) -> Setting:
        """Give the setting of something that an expression leads to."""
        return Setting(module, self.concrete, self.depth + 1)


@dataclass(frozen=True, slots=True)
class Made:
    """An object of `cls`; `call` makes it, where that is a call of the class itself.

    `is_exact` tells that it is of this very class; else it may be of a subclass.
    """

    cls: Class
    call: nodes.Call | None
    is_exact: bool = True


def instance_made(node: nodes.NodeNG | None, setting: Setting) -> Made | None:
    """Tell which class's instance an expression gives; None where that cannot be told."""
    if node is None or setting.depth > _DEEPEST:
        return None
    match node:
        case nodes.Call():
            return _by_call(node, setting)
        case nodes.Name():
            return _by_name(node, setting)
        case nodes.IfExp():
            return _agreed((node.body, node.orelse), setting)
        case nodes.BoolOp():
            return _agreed(node.values, setting)
        case nodes.NamedExpr():
            return instance_made(node.value, setting)
        case nodes.Attribute() if is_self(node.expr):
            return _by_attribute(node, setting)
    return None


def class_named_by(node: nodes.NodeNG | None, setting: Setting) -> Class | None:
    """Tell which class an expression names: by its name, or through ``self`` or a parameter."""
    if node is None or setting.depth > _DEEPEST:
        return None
    module = setting.module
    if isinstance(node, nodes.Name):
        definition = module.names.definition(node)
        if isinstance(definition, nodes.ClassDef):
            return module.class_from(definition)
        local = _value_of_local(node) or _default_of_parameter(node)
        if local is not None:
            return class_named_by(local, setting.within(module))
    if isinstance(node, nodes.Attribute) and _names_own_class(node.expr):
        return _class_attribute(node.attrname, setting)
    name = module.resolve(node)
    if name is None or module.project.is_inert(name):
        return None
    found = module.class_named(name) or module.project.find_class(name)
    return found if isinstance(found, Class) else None


def is_self(node: nodes.NodeNG) -> bool:
    """Tell whether a name is the first parameter of the method around it."""
    if not isinstance(node, nodes.Name):
        return False
    function = node.frame()
    while isinstance(function, nodes.FunctionDef):
        if isinstance(function.parent.frame(), nodes.ClassDef):
            parameters = [*function.args.posonlyargs, *(function.args.args or ())]
            return bool(parameters) and node.name == parameters[0].name
        function = function.parent.frame()
    return False


def values_given_to(name: str, function: nodes.NodeNG) -> list[nodes.NodeNG | None]:
    """Give what a scope's own statements assign to a local; None for what is no plain value."""
    found: list[nodes.NodeNG | None] = []
    for binding in function.locals.get(name, ()):
        statement = binding.parent
        if isinstance(statement, nodes.Arguments):
            continue
        is_plain = isinstance(statement, nodes.Assign | nodes.AnnAssign | nodes.NamedExpr)
        found.append(statement.value if is_plain else None)
    return found


def _by_call(node: nodes.Call, setting: Setting) -> Made | None:
    cls = class_named_by(node.func, setting)
    if cls is not None:
        return Made(cls, node)
    function = node.func
    if isinstance(function, nodes.Attribute):
        if is_self(function.expr) and setting.concrete is not None:
            found = setting.concrete.lookup(function.attrname)
            return (
                _by_return(found.function, found.owner.module, setting)
                if isinstance(found, Method)
                else None
            )
        holder = class_named_by(function.expr, setting)
        found = holder.own(function.attrname) if holder is not None else None
        if holder is not None and isinstance(found, Method):
            inside = Setting(found.owner.module, holder, setting.depth + 1)
            return _by_return(found.function, found.owner.module, inside)
        return None
    if isinstance(function, nodes.Name):
        definition = setting.module.names.definition(function)
        if isinstance(definition, nodes.FunctionDef):
            return _by_return(definition, setting.module, setting)
        if is_self(function) and setting.concrete is not None:
            # ``cls()`` in a class method.
            return Made(setting.concrete, node)
    return None


def _by_return(function: nodes.FunctionDef, module: Module, setting: Setting) -> Made | None:
    if is_generator(function):
        return None
    returned = [
        statement.value
        for statement in nodes_in(function, nodes.Return)
        if statement.frame() is function
    ]
    return _agreed(returned, setting.within(module))


def _by_name(node: nodes.Name, setting: Setting) -> Made | None:
    scope = node.scope()
    while not isinstance(scope, nodes.Module) and node.name not in scope.locals:
        scope = scope.parent.scope()
    values = values_given_to(node.name, scope)
    if values:
        return _agreed(values, setting.within(setting.module))
    default = _default_of_parameter(node)
    made = instance_made(default, setting.within(setting.module))
    return Made(made.cls, made.call, is_exact=False) if made is not None else None


def _by_attribute(node: nodes.Attribute, setting: Setting) -> Made | None:
    if setting.concrete is None:
        return None
    found = [
        instance_made(getattr(statement, "value", None), setting.within(ancestor.module))
        for ancestor in setting.concrete.mro
        if isinstance(ancestor, Class)
        for statement in ancestor.instance_attributes.get(node.attrname, ())
    ]
    return _one_of(found)


def _agreed(expressions: Iterable[nodes.NodeNG | None], setting: Setting) -> Made | None:
    return _one_of([instance_made(one, setting) for one in expressions if not is_nothing(one)])


def _one_of(found: list[Made | None]) -> Made | None:
    first = found[0] if found else None
    if first is None or any(one is None or one.cls is not first.cls for one in found):
        return None
    is_exact = all(one is not None and one.is_exact for one in found)
    return Made(first.cls, first.call if len(found) == 1 else None, is_exact)


def is_nothing(node: nodes.NodeNG | None) -> bool:
    """Tell whether an expression is the literal None."""
    return isinstance(node, nodes.Const) and node.value is None


def _value_of_local(node: nodes.Name) -> nodes.NodeNG | None:
    """Give the one value that the function around a name assigns to it."""
    function = node.scope()
    if not isinstance(function, nodes.FunctionDef):
        return None
    values = values_given_to(node.name, function)
    return values[0] if len(values) == 1 else None


def _default_of_parameter(node: nodes.Name) -> nodes.NodeNG | None:
    function = node.scope()
    if not isinstance(function, nodes.FunctionDef):
        return None
    arguments = function.args
    positional = [*(arguments.posonlyargs or ()), *(arguments.args or ())]
    defaults = arguments.defaults or ()
    pairs = [
        *zip(positional[len(positional) - len(defaults) :], defaults, strict=True),
        *zip(arguments.kwonlyargs or (), arguments.kw_defaults or (), strict=True),
    ]
    return next((default for one, default in pairs if one.name == node.name), None)


def _names_own_class(node: nodes.NodeNG) -> bool:
    """Tell whether an expression is ``self``, ``cls``, ``type(self)`` or ``self.__class__``."""
    if isinstance(node, nodes.Call):
        is_type = isinstance(node.func, nodes.Name) and node.func.name == "type"
        return is_type and len(node.args) == 1 and is_self(node.args[0])
    if isinstance(node, nodes.Attribute):
        return node.attrname == "__class__" and is_self(node.expr)
    return is_self(node)


def _class_attribute(name: str, setting: Setting) -> Class | None:
    """Give the class that an attribute of the class or of ``self`` holds."""
    if setting.concrete is None:
        return None
    found = setting.concrete.lookup(name)
    if not isinstance(found, Attribute) or not isinstance(found.owner, Class):
        return None
    module = found.owner.module
    if isinstance(found.node, nodes.ClassDef):
        return module.class_from(found.node)
    statement = found.node.statement() if found.node is not None else None
    if isinstance(statement, nodes.Assign | nodes.AnnAssign):
        return class_named_by(statement.value, setting.within(module))
    return None
