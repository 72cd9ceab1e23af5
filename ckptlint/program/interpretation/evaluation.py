"""The value of an expression in a world. Evaluating changes nothing and calls nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.bound_state import is_bind_call, is_call_of, is_metadata
from ckptlint.program.interpretation.checkpoints import checkpoint_made_by
from ckptlint.program.interpretation.comparison import compare, contains, is_nothing, negate
from ckptlint.program.interpretation.copies import copies_each_part
from ckptlint.program.interpretation.frame import (
    bound_once,
    is_bound_by_function,
    literal,
    make_frame,
    parameter_names,
)
from ckptlint.program.interpretation.members import (
    getter_of,
    hands_over,
    member,
    parent_member,
    unseen_method,
)
from ckptlint.program.interpretation.situation import FRESH, ROLLOUT_LEVEL
from ckptlint.program.interpretation.values import (
    UNKNOWN,
    BoundState,
    Checkpoint,
    Condition,
    Constant,
    Flag,
    Function,
    Opaque,
    Self,
    Sequence,
    Session,
    Super,
    Value,
    constant,
    copy_of,
    is_unchanged,
    made_from,
    may_save,
    reads_of,
    restored,
    truth,
)
from ckptlint.program.interpretation.world import World
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.interpretation.frame import Frame

_ASSUMED_METADATA: Final = frozenset(
    {
        "checkpoint_enabled",
        "checkpoint_is_flush_due",
        "checkpoint_level",
        "checkpoint_state_policy",
    }
)
"""Metadata of which every situation says what it is."""

_CONDITIONS: Final = frozenset({"checkpoint_state_loaded", "checkpoint_selected"})

_OF_SESSION: Final = frozenset({"checkpoint_device", "checkpoint_flush_interval", "device"})
"""Metadata that tells nothing of where a rollout stands."""

_DESCRIPTIONS: Final = frozenset({"device", "dtype", "ndim", "requires_grad", "shape"})
"""Attributes of a tensor or array that tell nothing of its values."""


def evaluate(node: nodes.NodeNG | None, world: World, frame: Frame) -> Value:
    """Give the value of the expression `node`; the calls in it have been executed already."""
    match node:
        case nodes.Const():
            return literal(node)
        case nodes.Name():
            return _name(node, world, frame)
        case nodes.Attribute():
            owner = evaluate(node.expr, world, frame)
            return attribute_of(owner, node.attrname, node, world, frame)
        case nodes.Call():
            result = world.get(("result", node))
            return _operands(node, world, frame) if result is None else result
        case nodes.NamedExpr() | nodes.Await():
            return evaluate(node.value, world, frame)
        case nodes.Tuple():
            return _tuple(node, world, frame)
        case nodes.List() | nodes.Dict():
            return copy_of(evaluate(child, world, frame) for child in node.get_children())
        case nodes.IfExp():
            chosen = truth_of(node.test, world, frame)
            branches = (
                (node.body, node.orelse)
                if chosen is None
                else ((node.body,) if chosen else (node.orelse,))
            )
            values = [evaluate(branch, world, frame) for branch in branches]
            if len(values) == 1:
                return values[0]
            return copy_of(values) if all(map(is_unchanged, values)) else made_from(values)
        case nodes.Subscript():
            return _item(node, world, frame)
        case nodes.ComprehensionScope():
            return _comprehension(node, world, frame)
        case nodes.Lambda():
            result = evaluate(node.body, world, frame)
            reads = reads_of(result) if world.situation.is_traced else frozenset()
            return Opaque(reads, may_save(result))
        case nodes.BoolOp():
            return _short_circuit(node, world, frame)
        case nodes.UnaryOp() if node.op == "not":
            return negate(evaluate(node.operand, world, frame))
        case nodes.Compare():
            return _compare(node, world, frame)
        case nodes.Yield() | nodes.YieldFrom() | None:
            return UNKNOWN
        case _:
            return _operands(node, world, frame)


def reads_assumed_metadata(node: nodes.NodeNG) -> bool:
    """Tell whether the outcome of a condition was assumed, not found."""
    attributes = nodes_in(node, nodes.Attribute)
    return any(attribute.attrname in _ASSUMED_METADATA for attribute in attributes)


def truth_of(node: nodes.NodeNG, world: World, frame: Frame) -> bool | None:
    """Tell whether the expression `node` is true in `world`, or None where that is open."""
    value = evaluate(node, world, frame)
    if isinstance(value, Condition):
        known = world.get(("if", value.text))
        return known.value is not value.negated if isinstance(known, Constant) else None
    return truth(value)


def attribute_of(owner: Value, name: str, node: nodes.NodeNG, world: World, frame: Frame) -> Value:
    """Give the value of attribute `name` of `owner`, read at `node`."""
    match owner:
        case Self():
            if name in frame.bound:
                return BoundState()
            assigned = world.get(("self", name))
            return _own_attribute(name, world, frame) if assigned is None else assigned
        case Super(after=after):
            return member(name, after, frame) if after is not None else unseen_method(name, None)
        case BoundState():
            return _of_bound_state(name, node, world)
        case Session(checkpoint=checkpoint) if name == "catalog":
            return checkpoint
        case Checkpoint() if name == "active":
            return _active_session(owner, world)
        case Opaque() if name in _DESCRIPTIONS:
            return UNKNOWN
        case Opaque() if owner != UNKNOWN:
            return owner
        case _:
            return parent_member(node, frame) if isinstance(node, nodes.Attribute) else UNKNOWN


def field_of(node: nodes.NodeNG, world: World, frame: Frame) -> str | None:
    """Name the field of the bound state that `node` reads, indexes or assigns, if it does."""
    while isinstance(node, nodes.Subscript):
        node = node.value
    if not isinstance(node, nodes.Attribute | nodes.AssignAttr):
        return None
    if not isinstance(evaluate(node.expr, world, frame), BoundState):
        return None
    return None if is_metadata(node.attrname) else node.attrname


def _name(node: nodes.Name, world: World, frame: Frame) -> Value:
    known = world.get(("name", node.name))
    if known is not None:
        return known
    if is_bound_by_function(node.name, frame.scope):
        return UNKNOWN
    if node.name == "self" and frame.module.source.is_fragment:
        return Self()
    return _module_level(node.name, frame)


def _module_level(name: str, frame: Frame) -> Value:
    """Give what the module's own level binds `name` to, where one statement alone does."""
    tree = frame.module.tree
    if name in frame.locals and frame.scope is tree:
        return UNKNOWN
    binding = bound_once(tree).get(name)
    match binding:
        case nodes.FunctionDef():
            return Function(binding, frame.module)
        case nodes.Call():
            return made_by_call(binding, World(), make_frame(tree, frame.module))
        case _:
            return literal(binding)


def made_by_call(call: nodes.Call, world: World, frame: Frame) -> Value:
    """Give what calling one of Earth2Studio's own names makes, else UNKNOWN."""
    if is_call_of(facts.CHECKPOINT, frame.module, call):
        return checkpoint_made_by(call, lambda given: evaluate(given, world, frame))
    return BoundState() if is_bind_call(frame.module, call) else UNKNOWN


def _active_session(checkpoint: Checkpoint, world: World) -> Value:
    """Give the session of `checkpoint` that was opened last and is open still."""
    for session in reversed(world.open_sessions):
        if session.checkpoint == checkpoint:
            return session
    return UNKNOWN


def _own_attribute(name: str, world: World, frame: Frame) -> Value:
    """Give an attribute of ``self``; a property that only returns something is looked into."""
    getter = getter_of(name, frame)
    if getter is None or frame.concrete is None:
        return member(name, None, frame)
    function, owner = getter.function, getter.owner
    if len(function.body) == 1 and isinstance(function.body[0], nodes.Return):
        inside = make_frame(function, owner.module, frame.concrete, owner)
        receiver = ("name", parameter_names(function)[0])
        return evaluate(function.body[0].value, world.bind(receiver, Self()), inside)
    return Opaque(may_save=hands_over(function, frame.concrete))


def _of_bound_state(name: str, node: nodes.NodeNG, world: World) -> Value:
    situation = world.situation
    assumed = situation.metadata(name)
    if node is situation.refused:
        assumed = False
    if assumed is not None:
        return constant(assumed)
    if name in _CONDITIONS:
        return Condition(name)
    if name == "checkpoint_dataclass":
        return BoundState()
    if is_metadata(name):
        tells_place = situation.is_traced and name not in _OF_SESSION
        return restored(node, is_traced=True) if tells_place else UNKNOWN
    written = world.get(("field", name))
    if written is not None:
        return written
    if situation.is_traced:
        if world.is_behind_unseen_guard or situation == FRESH:
            return UNKNOWN
        return restored(node, is_traced=True)
    loaded = world.get(("if", "checkpoint_state_loaded"))
    if isinstance(loaded, Constant) and not loaded.value:
        return UNKNOWN
    return restored(node)


def _short_circuit(node: nodes.BoolOp, world: World, frame: Frame) -> Value:
    """Evaluate ``and`` / ``or``: on a path that has decided its operands, the result is known."""
    deciding = node.op == "or"
    earlier: list[Value] = []
    for operand in node.values:
        known = truth_of(operand, world, frame)
        value = evaluate(operand, world, frame)
        if known is None or operand is node.values[-1] or known is deciding:
            is_decided = known is not None and isinstance(value, Condition)
            earlier.append(constant(known) if is_decided else value)
        if known is deciding:
            break
    if len(earlier) == 1:
        return earlier[0]
    mixed = made_from(earlier)
    is_decided = known is deciding and mixed == UNKNOWN
    return Flag(is_true=deciding) if is_decided else mixed


def _compare(node: nodes.Compare, world: World, frame: Frame) -> Value:
    """Compare; a chain is true if each of its links is, and false if one of them is."""
    left_node = node.left
    links: list[Value] = []
    for sign, right_node in node.ops:
        links.append(_link(left_node, sign, right_node, world, frame))
        left_node = right_node
    if len(links) == 1:
        return links[0]
    outcomes = [truth(link) for link in links]
    if all(outcomes):
        return constant(True)
    return constant(False) if False in outcomes else UNKNOWN


def _link(
    left_node: nodes.NodeNG, sign: str, right_node: nodes.NodeNG, world: World, frame: Frame
) -> Value:
    left = evaluate(left_node, world, frame)
    if sign in ("is", "is not") and literal(right_node) == constant(None):
        is_none = _is_none(left_node, left, world, frame)
        return is_none if sign == "is" else negate(is_none)
    right = evaluate(right_node, world, frame)
    if right == UNKNOWN and reads_assumed_metadata(left_node):
        is_met = sign in ("==", ">=", "in", "is")
        if world.situation.level != ROLLOUT_LEVEL:
            return constant(not is_met)
        return constant(True) if is_met else UNKNOWN
    if sign in ("in", "not in"):
        is_member = contains([literal(item) for item in getattr(right_node, "elts", ())], left)
        return is_member if sign == "in" else negate(is_member)
    compared = compare(left, sign, right)
    if compared == UNKNOWN and world.situation.is_traced:
        return made_from((left, right))
    return compared


def _is_none(node: nodes.NodeNG, value: Value, world: World, frame: Frame) -> Value:
    if isinstance(node, nodes.Name) and world.get(("is None", node.name)) is not None:
        return constant(False)
    if isinstance(value, Opaque) and value.reads:
        if value.is_unchanged:
            return constant(False)
        field = field_of(node, world, frame)
        return UNKNOWN if field is None else Condition(f"{field} is None")
    return is_nothing(value)


def _item(node: nodes.Subscript, world: World, frame: Frame) -> Value:
    """Give what an item is made from; the index only says which."""
    holder = evaluate(node.value, world, frame)
    index = evaluate(node.slice, world, frame)
    if isinstance(holder, Sequence) and isinstance(index, Constant):
        place = index.value
        if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
            return holder.items[place]
    return copy_of((holder,))


def _comprehension(node: nodes.NodeNG, world: World, frame: Frame) -> Value:
    """Give what a comprehension is made from; its own names hide those around it."""
    for target in nodes_in(node, nodes.AssignName):
        world = world.without(("name", target.name))
    made = _operands(node, world, frame)
    if not reads_of(made) or not copies_each_part(node):
        return made
    return copy_of(evaluate(generator.iter, world, frame) for generator in node.generators)


def _tuple(node: nodes.Tuple, world: World, frame: Frame) -> Value:
    """Follow the elements one by one, those of a starred tuple too where they are known."""
    items: list[Value] = []
    for element in node.elts:
        if not isinstance(element, nodes.Starred):
            items.append(evaluate(element, world, frame))
            continue
        starred = evaluate(element.value, world, frame)
        if not isinstance(starred, Sequence):
            return _operands(node, world, frame)
        items += starred.items
    return Sequence(tuple(items))


def _operands(node: nodes.NodeNG, world: World, frame: Frame) -> Value:
    """Give what an operation that is not followed makes of everything it reads."""
    return made_from(evaluate(child, world, frame) for child in node.get_children())
