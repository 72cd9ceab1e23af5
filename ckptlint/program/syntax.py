"""Syntax trees from text, and what to say where the text cannot be parsed."""

from __future__ import annotations

import ast
import sys
import warnings
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from astroid import nodes
from astroid.manager import AstroidManager
from astroid.rebuilder import TreeRebuilder

from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ckptlint.sources.source import Source

Node = TypeVar("Node", bound=nodes.NodeNG)
Answer = TypeVar("Answer")

_BLOCKS: Final = ("body", "handlers", "orelse", "finalbody", "cases")
_ASKED_AGAIN: Final = (nodes.Module, nodes.ClassDef, nodes.FunctionDef)
_ANSWERS: Final = "_ckptlint_answers"
_START: Final = Span(Position(1, 1), Position(1, 1))


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place where a source is no Python that the running interpreter can read.

    `newer_syntax` tells that the text looks like the syntax of a later Python than the one that
    runs; `message` then says which.
    """

    message: str
    span: Span
    newer_syntax: bool


def build_tree(
    source: Source, name: str, is_package: bool
) -> tuple[nodes.Module, tuple[SyntaxProblem, ...]]:
    """Build the tree of a source, and list what cannot be parsed.

    A source in parts loses only the parts that fail: their lines are left out of the tree and
    every other line keeps its number. Any other source that fails has an empty tree.
    """
    tree = parse_text(source.text)
    if isinstance(tree, ast.Module):
        return _rebuild(tree, source.text, source.path, name, is_package)
    problems = [tree]
    if source.parts:
        text, problems = _without_broken_parts(source)
        remains = parse_text(text)
        if isinstance(remains, ast.Module):
            module, found = _rebuild(remains, text, source.path, name, is_package)
            return module, (*problems, *found)
        problems.append(remains)
    module, _ = _rebuild(ast.Module([], []), "", source.path, name, is_package)
    return module, tuple(problems)


def statements(root: nodes.NodeNG) -> Iterator[nodes.NodeNG]:
    """Walk the statements below `root`, nested ones too, in the order of the text.

    Exception handlers and match cases are given as well; expressions are not.
    """
    pending = blocks_of(root)[::-1]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(blocks_of(node)))


def blocks_of(node: nodes.NodeNG) -> list[nodes.NodeNG]:
    """Give the statements, handlers and cases directly below one, in the order of the text."""
    return [child for block in _BLOCKS for child in getattr(node, block, ())]


def nodes_in(root: nodes.NodeNG, kinds: type[Node] | tuple[type[Node], ...]) -> Iterator[Node]:
    """Give `root` and what is below it, as far as it is of some kinds, in the order of the text.

    It is what `nodes_of_class` gives. Of functions, classes and modules, which are asked again and
    again, the answer is kept with the node.
    """
    if not isinstance(root, _ASKED_AGAIN):
        return root.nodes_of_class(kinds)  # type: ignore[no-any-return]
    answers = _answers_of(root)
    found = answers.get(kinds)
    if found is None:
        if isinstance(root, nodes.FunctionDef):
            found = [node for node in everything_below(root) if isinstance(node, kinds)]
        else:
            found = [root] if isinstance(root, kinds) else []
            for child in root.get_children():
                found += nodes_in(child, kinds)
        answers[kinds] = found
    return iter(found)


def everything_below(root: nodes.NodeNG) -> Sequence[nodes.NodeNG]:
    """Give `root` and all that is below it, in the order of the text."""
    if not isinstance(root, nodes.FunctionDef):
        return [*nodes_in(root, nodes.NodeNG)]
    answers = _answers_of(root)
    if nodes.NodeNG not in answers:
        answers[nodes.NodeNG] = [*root.nodes_of_class(nodes.NodeNG)]
    found: list[nodes.NodeNG] = answers[nodes.NodeNG]
    return found


def kept(function: Callable[[Node], Answer]) -> Callable[[Node], Answer]:
    """Have a question about syntax alone answered once for each node, and kept with it."""

    @wraps(function)
    def answer(root: Node) -> Answer:
        answers = _answers_of(root)
        if function not in answers:
            answers[function] = function(root)
        return answers[function]  # type: ignore[no-any-return]

    return answer


def forget_answers(root: nodes.NodeNG) -> None:
    """Forget what was kept with one node, since what is below it has changed."""
    root.__dict__.pop(_ANSWERS, None)


def _answers_of(node: nodes.NodeNG) -> dict[object, Any]:
    answers: dict[object, Any] = node.__dict__.setdefault(_ANSWERS, {})
    return answers


def parse_text(text: str) -> ast.Module | SyntaxProblem:
    """Parse text as a whole; what is wrong where that fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return _problem(error, text)
    except ValueError as error:
        return SyntaxProblem(str(error), _START, False)
    except (RecursionError, MemoryError):
        return _too_deep()


def _too_deep() -> SyntaxProblem:
    return SyntaxProblem("the code is nested too deeply to be parsed", _START, False)


def rebuild(tree: ast.Module, text: str, path: str, name: str, is_package: bool) -> nodes.Module:
    """Make astroid's tree of Python's own.

    Raises
    ------
    RecursionError
        If the code is nested too deeply.
    """
    module = TreeRebuilder(AstroidManager(), text).visit_module(tree, name, path, is_package)
    _bind_imported_names(module)
    return module


def _rebuild(
    tree: ast.Module, text: str, path: str, name: str, is_package: bool
) -> tuple[nodes.Module, tuple[SyntaxProblem, ...]]:
    try:
        return rebuild(tree, text, path, name, is_package), ()
    except (RecursionError, MemoryError):
        return rebuild(ast.Module([], []), "", path, name, is_package), (_too_deep(),)


def _bind_imported_names(module: nodes.Module) -> None:
    """Enter the names of ``from`` imports into the locals, which the rebuilder leaves out."""
    everywhere: dict[nodes.NodeNG, set[str]] = {}
    imports: list[nodes.ImportFrom] = []
    for statement in statements(module):
        if isinstance(statement, nodes.ImportFrom):
            imports.append(statement)
        elif isinstance(statement, nodes.Global):
            everywhere.setdefault(statement.scope(), set()).update(statement.names)
    for statement in imports:
        scope = statement.scope()
        for imported, alias in statement.names:
            name = alias or imported
            if name == "*":
                continue
            target = module if name in everywhere.get(scope, ()) else scope
            target.set_local(name, statement)
            target.locals[name].sort(key=_line)


def _line(node: nodes.NodeNG) -> int:
    return node.lineno or 0


def _without_broken_parts(source: Source) -> tuple[str, list[SyntaxProblem]]:
    """Blank the parts that fail alone; should the rest still fail, the part it fails in as well."""
    lines = source.text.split("\n")
    problems: list[SyntaxProblem] = []
    sound: list[tuple[int, int]] = []
    for first, last in source.parts:
        alone = "\n" * (first - 1) + "\n".join(lines[first - 1 : last])
        outcome = parse_text(alone)
        if isinstance(outcome, SyntaxProblem):
            problems.append(outcome)
            lines[first - 1 : last] = [""] * (last - first + 1)
        else:
            sound.append((first, last))
    while sound and isinstance(outcome := parse_text("\n".join(lines)), SyntaxProblem):
        line = outcome.span.start.line
        first, last = next((part for part in sound if part[0] <= line <= part[1]), sound[-1])
        problems.append(outcome)
        lines[first - 1 : last] = [""] * (last - first + 1)
        sound.remove((first, last))
    problems.sort(key=lambda problem: problem.span)
    return "\n".join(lines), problems


def _problem(error: SyntaxError, text: str) -> SyntaxProblem:
    lines = text.split("\n")
    line = min(max(error.lineno or 1, 1), len(lines))
    column = min(max(error.offset or 1, 1), len(lines[line - 1]) + 1)
    start = Position(line, column)
    end = Position(error.end_lineno or 0, error.end_offset or 0)
    if end.line > len(lines) or end <= start:
        end = Position(line, min(column + 1, len(lines[line - 1]) + 1))
    end = Position(end.line, max(1, min(end.column, len(lines[end.line - 1]) + 1)))
    needed = _python_needed(error.msg, lines[line - 1], column)
    if needed is None or needed <= sys.version_info[:2]:
        return SyntaxProblem(error.msg, Span(start, end), False)
    message = (
        f"{error.msg} (this looks like the syntax of Python {needed[0]}.{needed[1]} or newer; "
        f"ckptlint runs on {sys.version_info[0]}.{sys.version_info[1]})"
    )
    return SyntaxProblem(message, Span(start, end), True)


def _python_needed(message: str, line: str, column: int) -> tuple[int, int] | None:
    """Guess from a syntax error which Python would accept the line, None for no Python."""
    if message.startswith("f-string"):
        # Before 3.12 an f-string ended at its own quote, and the error stands right behind it.
        reused_quote = "}" in line[column - 1 :]
        return (3, 12) if reused_quote or "cannot include" in message else None
    if message == "multiple exception types must be parenthesized":
        return (3, 14)
    if "unpacking cannot be used in" in message and message.endswith("comprehension"):
        return (3, 15)
    words = line.split()
    if words[:2] in (["lazy", "import"], ["lazy", "from"]):
        return (3, 15)
    if words[:1] == ["async"]:
        del words[0]
    if len(words) > 1 and words[0] in ("class", "def", "type"):
        name, bracket, _ = " ".join(words[1:]).partition("[")
        if bracket and name.strip().isidentifier():
            return (3, 13) if "=" in line and sys.version_info >= (3, 12) else (3, 12)
        if words[0] == "type" and words[1].isidentifier() and words[2:3] == ["="]:
            return (3, 12)
    before, quoted = line[: column - 1], line[column - 1 : column]
    prefix = before[len(before.rstrip("rtRT")) :]
    before = before[: len(before) - len(prefix)]
    if quoted in ('"', "'") and prefix.lower() in ("t", "rt", "tr"):
        return None if before[-1:].isidentifier() or before[-1:].isdigit() else (3, 14)
    return None
