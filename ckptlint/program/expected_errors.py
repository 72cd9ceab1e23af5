"""Code that allows for an error: a test that wants it, or a second way for another release."""

from __future__ import annotations

from typing import Final

from astroid import nodes

from ckptlint.program.syntax import nodes_in

_CATCHES: Final = frozenset(
    {
        "AttributeError", "ImportError", "IndexError", "KeyError", "ModuleNotFoundError",
        "RuntimeError", "TypeError", "ValueError",
    }
)  # fmt: skip
_CATCH_ALL: Final = frozenset({"BaseException", "Exception"})
_EXPECTS: Final = frozenset({"assertRaises", "assertRaisesRegex", "raises", "suppress"})
_ASKS: Final = frozenset({"hasattr", "getattr", "isinstance", "signature", "version"})


def is_error_expected(node: nodes.NodeNG) -> bool:
    """Tell whether the code around `node` allows for an error there, or avoids it by a test.

    That is a ``with pytest.raises``, a ``try`` that catches the kind of error a wrong call raises
    (what it does then is meant as well), and a branch on a version, on ``hasattr`` or on
    ``isinstance``. A ``try`` that catches anything counts only around a single statement whose
    error it does not raise again.
    """
    child, parent = node, node.parent
    while parent is not None:
        match parent:
            case nodes.With() if child in parent.body:
                if any(_name_of_call(context) in _EXPECTS for context, _ in parent.items):
                    return True
            case nodes.Try() if child in parent.body:
                if any(_provides(handler, parent) for handler in parent.handlers):
                    return True
            case nodes.ExceptHandler() if _catches(parent) & _CATCHES:
                return True
            case nodes.If() if child is not parent.test and _asks(parent.test):
                return True
            case nodes.IfExp() if child is not parent.test and _asks(parent.test):
                return True
        child, parent = parent, parent.parent
    return False


def _provides(handler: nodes.ExceptHandler, block: nodes.Try) -> bool:
    caught = _catches(handler)
    if caught & _CATCHES:
        return True
    is_broad = handler.type is None or bool(caught & _CATCH_ALL)
    raises = next(nodes_in(handler, nodes.Raise), None) is not None
    return is_broad and len(block.body) == 1 and not raises


def _catches(handler: nodes.ExceptHandler) -> set[str]:
    caught = handler.type.elts if isinstance(handler.type, nodes.Tuple) else [handler.type]
    return {str(getattr(one, "name", getattr(one, "attrname", ""))) for one in caught}


def _asks(test: nodes.NodeNG) -> bool:
    """Tell whether a condition looks at a version, or at what an object is or has."""
    for node in nodes_in(test, (nodes.Name, nodes.Attribute)):
        name = node.name if isinstance(node, nodes.Name) else node.attrname
        if name in _ASKS or "version" in name.lower():
            return True
    return False


def _name_of_call(node: nodes.NodeNG) -> str:
    function = getattr(node, "func", None)
    return getattr(function, "attrname", None) or getattr(function, "name", None) or ""
