"""Settings of a model by which its user turns saving on and off.

A model may offer ``restartable=False``. A rollout that then saves nothing is what its user asked
for; the questions are about the model with saving turned on.
"""

from __future__ import annotations

from astroid import nodes

from ckptlint.program.bound_state import is_metadata
from ckptlint.program.interpretation.frame import Frame, is_generator
from ckptlint.program.syntax import nodes_in


def switches_saving_off(node: nodes.NodeNG, outcome: bool, frame: Frame) -> bool:
    """Tell whether a setting of the model, coming out as `outcome`, only skips saving.

    The setting is an attribute of ``self``; what it skips is a body that does nothing but save, or
    the rest of a method that saves, left by a bare ``return``.
    """
    if not _is_setting(node, frame):
        return False
    condition, is_negated = node, False
    while isinstance(condition.parent, nodes.UnaryOp | nodes.BoolOp):
        condition = condition.parent
        is_negated ^= isinstance(condition, nodes.UnaryOp) and condition.op == "not"
    statement = condition.parent
    if not isinstance(statement, nodes.If) or statement.test is not condition or statement.orelse:
        return False
    if outcome is is_negated:
        return all(_only_saves(one, frame) for one in statement.body)
    return _leaves_a_saving_method(statement, frame)


def _is_setting(node: nodes.NodeNG, frame: Frame) -> bool:
    return (
        isinstance(node, nodes.Attribute)
        and isinstance(node.expr, nodes.Name)
        and node.expr.name == "self"
        and node.attrname not in frame.bound
    )


def _only_saves(statement: nodes.NodeNG, frame: Frame) -> bool:
    if isinstance(statement, nodes.Assign):
        return all(_is_field(target, frame) for target in statement.targets)
    call = statement.value if isinstance(statement, nodes.Expr) else None
    return (
        isinstance(call, nodes.Call)
        and isinstance(call.func, nodes.Attribute)
        and isinstance(call.func.expr, nodes.Name)
        and call.func.expr.name == "self"
        and "save" in call.func.attrname
    )


def _leaves_a_saving_method(statement: nodes.If, frame: Frame) -> bool:
    leaves = isinstance(statement.body[0], nodes.Return) and statement.body[0].value is None
    if not leaves or not isinstance(frame.scope, nodes.FunctionDef) or is_generator(frame.scope):
        return False
    written = nodes_in(frame.scope, nodes.AssignAttr)
    return any(_is_field(target, frame) for target in written)


def _is_field(target: nodes.NodeNG, frame: Frame) -> bool:
    return (
        isinstance(target, nodes.AssignAttr)
        and isinstance(target.expr, nodes.Attribute)
        and target.expr.attrname in frame.bound
        and not is_metadata(target.attrname)
    )
