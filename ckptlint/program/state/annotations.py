"""The types that an annotation tells of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder

from ckptlint.program import facts
from ckptlint.program.classes import Class
from ckptlint.program.state.types import NONE, UNKNOWN, Type, Types, only

if TYPE_CHECKING:
    from ckptlint.program.module import Module

_SAME: Final = {
    "collections.abc.Callable": "builtins.function",
    "collections.abc.Generator": "builtins.generator",
    "collections.abc.Iterator": "builtins.iterator",
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.PurePath": "pathlib.Path",
    "typing.Callable": "builtins.function",
    "typing.Counter": "collections.Counter",
    "typing.DefaultDict": "collections.defaultdict",
    "typing.Deque": "collections.deque",
    "typing.Dict": "builtins.dict",
    "typing.FrozenSet": "builtins.frozenset",
    "typing.Generator": "builtins.generator",
    "typing.Iterator": "builtins.iterator",
    "typing.List": "builtins.list",
    "typing.OrderedDict": "collections.OrderedDict",
    "typing.Pattern": "re.Pattern",
    "typing.Set": "builtins.set",
    "typing.Tuple": "builtins.tuple",
    "typing.Type": "builtins.type",
}
_WIDE: Final = frozenset({"builtins.object", "typing.Any"})
_TRANSPARENT: Final = frozenset(
    {"typing.Annotated", "typing.Final", "typing.Optional", "typing_extensions.Annotated"}
)
_COORDINATES: Final = "earth2studio.utils.type.CoordSystem"


def types_annotated(node: nodes.NodeNG | None, module: Module) -> Types:
    """Tell which types an annotation allows; UNKNOWN for one that allows anything."""
    match node:
        case nodes.Const(value=None):
            return frozenset({NONE})
        case nodes.Const() if isinstance(node.value, str):
            return types_annotated(_unquoted(node), module)
        case nodes.BinOp(op="|"):
            return types_annotated(node.left, module) | types_annotated(node.right, module)
        case nodes.Subscript():
            return _subscripted(node, module)
        case nodes.Name() | nodes.Attribute():
            return _named(node, module)
    return UNKNOWN


def qualified(node: nodes.NodeNG, module: Module) -> str | None:
    """Give the dotted name of what an expression names, builtins too.

    A name of numpy, torch and the like stays as it is written, even where those are linted.
    """
    path = module.names.dotted(node)
    if path is None or _is_foreign(path):
        return path
    return module.project.canonical(path)


def class_of(name: str, module: Module) -> Class | None:
    """Give the class of a dotted name, where it was read."""
    if _is_foreign(name):
        return None
    found = module.class_named(name) or module.project.find_class(name)
    return found if isinstance(found, Class) else None


def _is_foreign(name: str) -> bool:
    package = name.partition(".")[0]
    return package == "builtins" or package in facts.INERT_PACKAGES


def _named(node: nodes.NodeNG, module: Module) -> Types:
    name = qualified(node, module)
    if isinstance(node, nodes.Name):
        definition = module.names.definition(node)
        if isinstance(definition, nodes.ClassDef):
            name = module.class_from(definition).qualified_name
    if name is None or name in _WIDE:
        return UNKNOWN
    if name == _COORDINATES:
        return frozenset({Type("collections.OrderedDict", keys=only("builtins.str"))})
    cls = class_of(name, module)
    if cls is not None:
        return frozenset({Type(name, cls=cls)})
    return only(_SAME.get(name, name)) if _is_foreign(name) else UNKNOWN


def _subscripted(node: nodes.Subscript, module: Module) -> Types:
    name = qualified(node.value, module)
    given = node.slice.elts if isinstance(node.slice, nodes.Tuple) else [node.slice]
    if name in ("typing.Union", "typing.Optional"):
        found = frozenset().union(*(types_annotated(one, module) for one in given))
        return found | {NONE} if name == "typing.Optional" else found
    if name in _TRANSPARENT:
        return types_annotated(given[0], module)
    if name == "typing.Literal":
        return frozenset().union(*(_literal(one) for one in given))
    if name is None:
        return UNKNOWN
    name = _SAME.get(name, name)
    if name in ("builtins.list", "builtins.tuple"):
        items = [one for one in given if not _is_ellipsis(one)]
        return frozenset({Type(name, tuple(types_annotated(one, module) for one in items))})
    if name in ("builtins.dict", "collections.OrderedDict", "collections.defaultdict"):
        keys, *values = (types_annotated(one, module) for one in given)
        return frozenset({Type(name, tuple(values), keys)})
    return _named(node.value, module)


def _literal(node: nodes.NodeNG) -> Types:
    return (
        only(f"builtins.{type(node.value).__name__}") if isinstance(node, nodes.Const) else UNKNOWN
    )


def _is_ellipsis(node: nodes.NodeNG) -> bool:
    return isinstance(node, nodes.Const) and node.value is Ellipsis


def _unquoted(node: nodes.Const) -> nodes.NodeNG | None:
    """Parse a quoted annotation, as if it stood where the text does."""
    try:
        tree = ast.parse(node.value.strip())
    except (SyntaxError, ValueError):
        return None
    module = TreeRebuilder(AstroidManager(), node.value).visit_module(tree, "", "", False)
    expression = module.body[0].value if len(module.body) == 1 else None
    if isinstance(expression, nodes.Const) and isinstance(expression.value, str):
        return None
    if isinstance(expression, nodes.NodeNG):
        expression.parent = node.parent
    return expression
