"""Whether the turns of a loop share one store: one Checkpoint, or one name and path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.interpretation.frame import bound_once
from ckptlint.program.interpretation.values import Function
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.varying import items_of, made_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.workflow.scopes import Workflows
    from ckptlint.program.workflow.varying import Varied

_TELLING: Final = ("name", "path", "rank", "world_size")
"""The parameters of a `Checkpoint` that tell where its rows are."""

_PURE: Final = frozenset({"Path", "PurePath", "join", "str", "fspath", "int"})


def is_made_in(made: nodes.Call, loop: Varied, workflows: Workflows) -> bool:
    """Tell whether a Checkpoint may be made anew in each turn of a loop, there or in a callee."""
    if made.frame() is loop.frame():
        return bool(loop.parent_of(made))
    reached: set[nodes.NodeNG] = set()
    waiting: list[nodes.NodeNG] = [loop]
    while waiting:
        region = waiting.pop()
        for call in nodes_in(region, nodes.Call):
            for way in workflows.calls.get(call, ()):
                callee = way.callee
                if isinstance(callee, Function) and callee.node not in reached:
                    reached.add(callee.node)
                    waiting.append(callee.node)
    return made.frame() in reached


def is_same_each_turn(made: nodes.Call, loop: Varied) -> bool:
    """Tell whether each turn of `loop` makes a Checkpoint of one name and path."""
    given = where_rows_are(made)
    if given is None:
        return False
    is_here = made.frame() is loop.frame()
    constants = bound_once(made.root())
    for expression in given:
        if not is_plain(expression) or any(
            map(_is_set_later, nodes_in(expression, nodes.Attribute))
        ):
            return False
        for name in nodes_in(expression, nodes.Name):
            if _is_function(name):
                continue
            if is_here:
                if _is_varied(name.name, loop):
                    return False
            elif name.name not in constants:
                return False
    return True


def where_rows_are(made: nodes.Call) -> tuple[nodes.NodeNG, ...] | None:
    """Give the arguments that tell where the rows of a Checkpoint are; None if some are unseen."""
    if any(isinstance(one, nodes.Starred) for one in made.args):
        return None
    if any(word.arg is None for word in made.keywords):
        return None
    return tuple(_telling(made))


def _telling(made: nodes.Call) -> Iterator[nodes.NodeNG]:
    for name, argument in zip(facts.CHECKPOINT_PARAMETERS, made.args, strict=False):
        if name in _TELLING:
            yield argument
    for word in made.keywords:
        if word.arg in _TELLING:
            yield word.value


def is_plain(expression: nodes.NodeNG) -> bool:
    """Tell whether an expression gives the same each time, if its names do."""
    for node in nodes_in(expression, nodes.NodeNG):
        match node:
            case nodes.Const() | nodes.Name() | nodes.Attribute() | nodes.BinOp():
                continue
            case nodes.JoinedStr() | nodes.FormattedValue():
                continue
            case nodes.Call() if _called(node) in _PURE:
                continue
        return False
    return True


def _called(call: nodes.Call) -> str | None:
    return getattr(call.func, "attrname", getattr(call.func, "name", None))


def _is_function(name: nodes.Name) -> bool:
    parent = name.parent
    return isinstance(parent, nodes.Call) and parent.func is name


def _is_set_later(read: nodes.Attribute) -> bool:
    """Tell whether an attribute of that name is computed, or set anywhere but in ``__init__``."""
    tree = read.root()
    return any(one.name == read.attrname for one in nodes_in(tree, nodes.FunctionDef)) or any(
        one.attrname == read.attrname and one.frame().name != "__init__"
        for one in nodes_in(tree, nodes.AssignAttr)
    )


def _is_varied(name: str, loop: Varied) -> bool:
    """Tell whether `name` is an item of the loop, or bound anew inside it."""
    if made_from({name}, loop) & {*items_of(loop)}:
        return True
    return any(
        isinstance(one, nodes.AssignName) and one.name == name
        for one in nodes_in(loop, nodes.AssignName)
    )
