"""Fields and whole coordinates among the metadata of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from astroid import nodes

from ckptlint.program.bound_state import is_call_of
from ckptlint.program.scopes import bindings_of
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.objects import is_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.receivers import Receivers

FIELD: Final = "field"
COORDINATES: Final = "coordinates"
_RESHAPED: Final = "reshaped field"
"""A field of which an item may be a single value."""

_PAIR: Final = (FIELD, COORDINATES)

_GIVE_PAIRS: Final = (
    "earth2studio.data.utils.fetch_data",
    "earth2studio.utils.coords.map_coords",
)
_SAME_SIZE: Final = frozenset(
    {
        "astype", "bfloat16", "clone", "contiguous", "copy", "cpu", "cuda", "detach", "double",
        "flip", "float", "half", "numpy", "roll", "to", "unsqueeze",
    }
)  # fmt: skip
"""Methods of a tensor or array that keep all its values, and the dimensions it has."""

_RESHAPE: Final = frozenset({"flatten", "permute", "ravel", "reshape", "squeeze", "tolist", "view"})
"""Those that keep all values, in other dimensions."""

_CONVERTERS: Final = frozenset(
    {
        "numpy.array", "numpy.asarray", "numpy.ascontiguousarray", "torch.as_tensor",
        "torch.clone", "torch.from_numpy", "torch.tensor", "torch.zeros_like", "torch.ones_like",
        "torch.rand_like", "torch.randn_like", "numpy.zeros_like", "numpy.ones_like",
    }
)  # fmt: skip
_HORIZONTAL: Final = frozenset({"lat", "lon"})
_MOST_INDEXES: Final = 2
"""A field has at least time, lead time, variable and two dimensions in space."""

Trail: TypeAlias = frozenset[tuple[object, str]]
"""The names, each with its scope, that are being looked at."""


@dataclass(frozen=True, slots=True)
class BulkyMetadata:
    """A value among the metadata that holds a field, or the coordinates of one.

    Parameters
    ----------
    call : Call
        The `write` or `flush`.
    keyword : Keyword
        The metadata.
    kind : str
        `FIELD` or `COORDINATES`.
    """

    call: nodes.Call
    keyword: nodes.Keyword
    kind: str


def bulky_metadata(module: Module, receivers: Receivers) -> tuple[BulkyMetadata, ...]:
    """Find the fields and coordinates that are handed to a session as metadata."""
    return tuple(_bulky(module, receivers))


def _bulky(module: Module, receivers: Receivers) -> Iterator[BulkyMetadata]:
    for call in nodes_in(module.tree, nodes.Call):
        function = call.func
        if not isinstance(function, nodes.Attribute) or function.attrname not in ("write", "flush"):
            continue
        for keyword in call.keywords:
            kind = _kind_of(keyword.value, module, frozenset()) if keyword.arg else None
            if kind is not None and is_session(receivers.kinds_of(call)):
                shown = FIELD if kind == _RESHAPED else kind
                yield BulkyMetadata(call, keyword, shown)


def _kind_of(node: nodes.NodeNG, module: Module, trail: Trail) -> str | None:
    """Tell whether an expression holds a whole field or its coordinates; None if not for sure."""
    match node:
        case nodes.Name():
            return _kind_of_name(node, module, trail)
        case nodes.Call():
            return _kind_of_call(node, module, trail)
        case nodes.Subscript():
            return _kind_of_item(node, module, trail)
        case nodes.BinOp() | nodes.UnaryOp():
            operands = [one for one in node.get_children() if isinstance(one, nodes.NodeNG)]
            kinds = [_kind_of(one, module, trail) for one in operands]
            return next((kind for kind in (FIELD, _RESHAPED) if kind in kinds), None)
        case nodes.Tuple() | nodes.List():
            return _first(_kind_of(one, module, trail) for one in node.elts)
        case nodes.Dict():
            return _first(_kind_of(value, module, trail) for _, value in node.items)
    return None


def _kind_of_name(node: nodes.Name, module: Module, trail: Trail) -> str | None:
    """Tell what a name holds, if everything that binds it gives the same."""
    scope, bindings = bindings_of(node.name, node)
    if (scope, node.name) in trail:
        return None
    kinds: set[str | None] = set()
    for binding in bindings:
        if not isinstance(binding.parent, nodes.AugAssign):  # which keeps the size
            kinds.add(_kind_of_binding(binding, module, trail | {(scope, node.name)}))
        if len(kinds) > 1 or None in kinds:
            return None
    return kinds.pop() if kinds else None


def _kind_of_binding(binding: nodes.NodeNG, module: Module, trail: Trail) -> str | None:
    parent = binding.parent
    match parent:
        case nodes.Assign() if binding in parent.targets:
            return _kind_of(parent.value, module, trail)
        case nodes.AnnAssign() | nodes.NamedExpr() if parent.value is not None:
            return _kind_of(parent.value, module, trail)
        case nodes.Tuple() if len(parent.elts) == len(_PAIR):
            kind = _PAIR[parent.elts.index(binding)]
            return kind if _gives_pair(parent, module, trail) else None
    return None


def _gives_pair(target: nodes.Tuple, module: Module, trail: Trail) -> bool:
    """Tell whether a field and its coordinates are unpacked into `target`."""
    holder = target.parent
    match holder:
        case nodes.Assign():
            return _is_pair(holder.value, module, trail)
        case nodes.For() if holder.target is target:
            return _is_iterator(holder.iter, module, trail)
        case nodes.Tuple(parent=nodes.For(iter=nodes.Call(func=nodes.Name(name=name)) as joined)):
            place = holder.elts.index(target) - (name == "enumerate")
            if name in ("enumerate", "zip") and 0 <= place < len(joined.args):
                return _is_iterator(joined.args[place], module, trail)
    return False


def _is_pair(node: nodes.NodeNG, module: Module, trail: Trail) -> bool:
    if not isinstance(node, nodes.Call):
        return False
    if isinstance(node.func, nodes.Name) and node.func.name == "next" and node.args:
        return _is_iterator(node.args[0], module, trail)
    return any(_is_named(node, name, module) for name in _GIVE_PAIRS)


def _is_named(call: nodes.Call, qualified_name: str, module: Module) -> bool:
    """Tell whether a call is of that function, whatever package has it re-exported."""
    if is_call_of(qualified_name, module, call):
        return True
    dotted = module.names.dotted(call.func) or ""
    package, _, name = qualified_name.rpartition(".")
    return dotted == f"{package.rpartition('.')[0]}.{name}"


def _is_iterator(node: nodes.NodeNG, module: Module, trail: Trail) -> bool:
    """Tell whether an expression is a rollout, as ``create_iterator`` of a model gives it."""
    match node:
        case nodes.Call(func=nodes.Attribute(attrname="create_iterator")):
            return True
        case nodes.Call() if node.args and _name_of(node.func) in ("islice", "iter", "tqdm"):
            return _is_iterator(node.args[0], module, trail)
        case nodes.Name():
            scope, bindings = bindings_of(node.name, node)
            if (scope, node.name) in trail:
                return False
            trail |= {(scope, node.name)}
            values = [getattr(one.parent, "value", None) for one in bindings]
            return bool(values) and all(
                value is not None and _is_iterator(value, module, trail) for value in values
            )
    return False


def _kind_of_call(call: nodes.Call, module: Module, trail: Trail) -> str | None:
    function = call.func
    if isinstance(function, nodes.Attribute) and function.attrname in _SAME_SIZE:
        kind = _kind_of(function.expr, module, trail)
        if kind is not None:
            return kind
    if isinstance(function, nodes.Attribute) and function.attrname in _RESHAPE:
        kind = _kind_of(function.expr, module, trail)
        return None if kind is None else _RESHAPED
    if not call.args:
        return None
    dotted = module.names.dotted(function) or ""
    if dotted in _CONVERTERS or dotted in ("builtins.list", "builtins.tuple", "builtins.dict"):
        return _kind_of(call.args[0], module, trail)
    return None


def _kind_of_item(node: nodes.Subscript, module: Module, trail: Trail) -> str | None:
    holder = _kind_of(node.value, module, trail)
    indexes = node.slice.elts if isinstance(node.slice, nodes.Tuple) else [node.slice]
    if holder == COORDINATES:
        name = indexes[0].value if isinstance(indexes[0], nodes.Const) else None
        return COORDINATES if name in _HORIZONTAL else None
    if holder != FIELD or len(indexes) > _MOST_INDEXES:
        return None
    plain = (nodes.Slice, nodes.Const, nodes.UnaryOp)
    return FIELD if all(isinstance(one, plain) for one in indexes) else None


def _name_of(function: nodes.NodeNG) -> str:
    return getattr(function, "attrname", None) or getattr(function, "name", None) or ""


def _first(kinds: Iterable[str | None]) -> str | None:
    return next((kind for kind in kinds if kind is not None), None)
