"""What a model does with a row that a session brings."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.classes import Class, KnownClass
from ckptlint.program.scopes import bindings_of
from ckptlint.program.state.bound import bind_calls
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module

_LOOKS: Final = frozenset({"bool", "getattr", "hasattr", "isinstance", "len"})


class ResumedModel(Enum):
    """What a model does with a row that a session brings."""

    ANY_RUN = "it goes on from the row, whatever run left it"
    CHECKS = "it asks something first, which may be whose row it is"
    NO = "it keeps nothing in a session"
    UNKNOWN = "it cannot be seen"


def model_of(model: nodes.NodeNG, module: Module) -> ResumedModel:
    """Tell what the object `model` does with a row, if it is made here by a class that is known."""
    call = _made_by(model)
    name = module.resolve(call.func) if call is not None else None
    cls = module.project.find_class(name) if name is not None else None
    if cls is None and call is not None and isinstance(call.func, nodes.Name):
        definition = module.names.definition(call.func)
        cls = module.class_from(definition) if isinstance(definition, nodes.ClassDef) else None
    if cls is None:
        return ResumedModel.UNKNOWN
    ancestors = cls.mro if isinstance(cls, Class) else (cls,)
    seen: set[str] = set()
    binds = False
    for ancestor in ancestors:
        if not isinstance(ancestor, Class | KnownClass):
            return ResumedModel.UNKNOWN
        if ancestor.qualified_name in facts.FALLBACK_CLASSES:
            return ResumedModel.ANY_RUN
        if isinstance(ancestor, KnownClass):
            continue
        binds = binds or any(True for _ in bind_calls(ancestor))
        for function in ancestor.node.mymethods():
            if function.name not in seen and _asks_more(function):
                return ResumedModel.CHECKS
            seen.add(function.name)
    return ResumedModel.ANY_RUN if binds else ResumedModel.NO


def _made_by(model: nodes.NodeNG) -> nodes.Call | None:
    if isinstance(model, nodes.Name):
        _, bindings = bindings_of(model.name, model)
        statement = bindings[0].parent if len(bindings) == 1 else None
        model = statement.value if isinstance(statement, nodes.Assign) else None
    return model if isinstance(model, nodes.Call) else None


def _asks_more(function: nodes.FunctionDef) -> bool:
    """Tell whether a method that restores has a condition on more than whether there is a row."""
    restores = any(
        one.attrname in facts.STATE_METADATA for one in nodes_in(function, nodes.Attribute)
    )
    if not restores and function.name not in facts.ITERATOR_METHODS:
        return False
    for test in nodes_in(function, (nodes.If, nodes.IfExp, nodes.While, nodes.Assert)):
        for node in nodes_in(test.test, (nodes.Call, nodes.Compare)):
            if isinstance(node, nodes.Call) and getattr(node.func, "name", None) not in _LOOKS:
                return True
            if isinstance(node, nodes.Compare) and _compares_values(node):
                return True
    return False


def _compares_values(node: nodes.Compare) -> bool:
    operands = [node.left, *(right for _, right in node.ops)]
    if any(isinstance(one, nodes.Const) for one in operands):
        return False
    signs = {sign for sign, _ in node.ops}
    is_level = any("level" in one.as_string().lower() for one in operands)
    return not is_level and not signs <= {"is", "is not"}
