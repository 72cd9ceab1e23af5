"""What moves a tensor to another device, and what leaves it where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.state.instances import is_self
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module

MOVES: Final = frozenset(
    {
        "copy_", "cpu", "cuda", "item", "new_tensor", "numpy", "set_", "to", "tolist", "type_as",
        "xpu",
    }
)  # fmt: skip
"""Methods of a tensor that put it, a copy of it, or what it holds, somewhere else."""

_TYPE_OF_NUMBERS: Final = re.compile(r"dtype|b?float\d*|u?int\d*|half|double|bool|complex\d+")

PLACES: Final = frozenset({"device", "move", "place", "put", "send", "transfer"})
"""Parts of the names of attributes that may be there to move what they are given."""

BUILTINS: Final = frozenset(
    {"OrderedDict", "dict", "enumerate", "isinstance", "iter", "len", "list", "next", "print"}
    | {"tuple", "type", "zip"}
)
"""Functions that leave tensors where they are."""


def name_of(call: nodes.Call) -> str:
    """Give the last part of the name of what is called."""
    return getattr(call.func, "attrname", None) or getattr(call.func, "name", None) or ""


def is_of_checkpoint(call: nodes.Call) -> bool:
    """Tell whether a tensor is moved to where the checkpoint keeps its own."""
    words = [word.value for word in call.keywords]
    return any(
        isinstance(one, nodes.Attribute)
        and (one.attrname == "checkpoint_device" or "checkpoint" in one.as_string())
        for one in (*call.args, *words)
    )


def is_of_torch(call: nodes.Call, module: Module) -> bool:
    """Tell whether a call is of one of torch's own functions."""
    return (module.names.dotted(call.func) or "").partition(".")[0] == "torch"


def leaves_in_place(call: nodes.Call, module: Module) -> bool:
    """Tell whether a function of another module, that can be seen, moves nothing."""
    holder, _, name = (module.resolve(call.func) or "").rpartition(".")
    elsewhere = module.project.module(holder) if holder else None
    function = elsewhere.tree.locals.get(name, [None])[-1] if elsewhere is not None else None
    if elsewhere is None or not isinstance(function, nodes.FunctionDef):
        return False
    return all(
        not isinstance(node, nodes.Call)
        or (isinstance(node.func, nodes.Attribute) and name_of(node) not in MOVES)
        or name_of(node) in BUILTINS
        for node in nodes_in(function, (nodes.Call, nodes.Subscript))
    ) and not any(one.arg == "device" for one in nodes_in(function, nodes.Keyword))


def changes_type_only(call: nodes.Call) -> bool:
    """Tell whether ``.to(...)`` is given a type of numbers and no device."""
    words = [word.arg for word in call.keywords]
    if name_of(call) != "to" or (words and words != ["dtype"]) or len(call.args) > 1:
        return False
    return all(
        isinstance(one, nodes.Attribute) and _TYPE_OF_NUMBERS.fullmatch(one.attrname)
        for one in call.args
    )


def is_held_by_self(function: nodes.NodeNG) -> bool:
    """Tell whether what is called is held by the model: a network, or a method of one."""
    while isinstance(function, nodes.Attribute):
        function = function.expr
        if is_self(function):
            return True
    return False


def is_inside_another(call: nodes.Call) -> bool:
    """Tell whether a call is made by a lambda or a comprehension, whose items are not followed."""
    around = call.parent
    while not isinstance(around, nodes.FunctionDef | nodes.Module):
        if isinstance(around, nodes.Lambda | nodes.ComprehensionScope):
            return True
        around = around.parent
    return False


def is_put_into_another(read: nodes.NodeNG) -> bool:
    """Tell whether what is read is copied into a tensor that is there: ``buffer[:] = state.x``."""
    statement = read.statement()
    names = {read} | {
        use
        for name in nodes_in(statement, nodes.AssignName)
        for use in nodes_in(read.frame(), nodes.Name)
        if use.name == name.name
    }
    for assignment in nodes_in(read.frame(), nodes.Assign):
        if any(isinstance(target, nodes.Subscript) for target in assignment.targets):
            parts = (assignment.value, *nodes_in(assignment.value, nodes.Name))
            if any(part in names for part in parts) or assignment.value.parent_of(read):
                return True
    return False
