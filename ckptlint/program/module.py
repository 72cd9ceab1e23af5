"""One source as a program: its tree, its names, its classes, and where each node stands."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from astroid import nodes

from ckptlint.program.classes import Class
from ckptlint.program.names import Names
from ckptlint.program.syntax import SyntaxProblem, build_tree, statements
from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from ckptlint.program.project import Project
    from ckptlint.sources.source import Source

Answer = TypeVar("Answer")

__all__ = ["Module", "SyntaxProblem", "parse_module"]


class Module:
    """One parsed source.

    Attributes
    ----------
    source : Source
        The text, and the map from its lines to the file.
    tree : astroid.nodes.Module
        The syntax tree; never inferred on. Empty where the source cannot be parsed.
    project : Project
        Where names of other modules are looked up.
    name : str or None
        The dotted name by which the module is imported; None for a script or a fragment.
    syntax_problems : tuple[SyntaxProblem, ...]
        What could not be parsed, in the order of the text.
    """

    def __init__(
        self,
        source: Source,
        tree: nodes.Module,
        project: Project,
        name: str | None,
        syntax_problems: tuple[SyntaxProblem, ...],
    ) -> None:
        self.source = source
        self.tree = tree
        self.project = project
        self.name = name
        self.syntax_problems = syntax_problems
        self._answers: dict[nodes.NodeNG, dict[Hashable, tuple[Any, dict[Path, bytes | None]]]] = {}
        self._known_classes: dict[nodes.NodeNG, Class] = {}

    @property
    def is_package(self) -> bool:
        """Whether this is the ``__init__`` of a package."""
        return bool(self.tree.package)

    @property
    def prefix(self) -> str:
        """What the qualified names of this module's definitions start with.

        It cannot be mistaken for another module's: a module without a name has its path in
        angle brackets.
        """
        return self.name or f"<{self.source.path}>"

    @cached_property
    def names(self) -> Names:
        """What the module's names stand for."""
        return Names(self)

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        """All classes of the module, nested ones too, in the order of the text."""
        known = self._known_classes
        self._known_classes = {
            statement: known.get(statement) or Class(statement, self)
            for statement in statements(self.tree)
            if isinstance(statement, nodes.ClassDef)
        }
        return tuple(self._known_classes.values())

    @cached_property
    def _class_by_node(self) -> dict[nodes.NodeNG, Class]:
        return {found.node: found for found in self.classes}

    @cached_property
    def _class_by_name(self) -> dict[str, Class]:
        return {found.qualified_name: found for found in self.classes}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.source.text.split("\n")

    def remember(
        self, node: nodes.NodeNG, question: Hashable, compute: Callable[[], Answer]
    ) -> Answer:
        """Give the answer to a question about a node that was computed before, or compute it.

        It may rest on the top-level statement that the node stands in and on all that a path
        through names leads to from there, in this module and in others; on nothing else. See
        `revision`.
        """
        answers = self._answers.setdefault(_top_level_statement(node), {})
        answer: Answer = self.project.dependencies.remember(answers, question, compute)
        return answer

    def forget(self, affected: Collection[nodes.NodeNG]) -> None:
        """Forget what was answered about some top-level statements, and about the whole module."""
        kept = set(self.tree.body).difference(affected)
        self._answers = {node: known for node, known in self._answers.items() if node in kept}
        self._known_classes = {
            node: known
            for node, known in self._known_classes.items()
            if _top_level_statement(node) in kept
        }
        for name in ("names", "classes", "_class_by_node", "_class_by_name", "lines"):
            self.__dict__.pop(name, None)

    def class_from(self, definition: nodes.ClassDef) -> Class:
        """Give the class of a definition that stands in this module."""
        return self._class_by_node[definition]

    def class_named(self, qualified_name: str) -> Class | None:
        """Give the class of that qualified name, the last one if there are several."""
        return self._class_by_name.get(qualified_name)

    def class_of(self, function: nodes.FunctionDef) -> Class | None:
        """Give the class in whose body a function is defined; None for any other function."""
        scope = function.parent.frame()
        return self._class_by_node.get(scope)

    def resolve(self, node: nodes.NodeNG) -> str | None:
        """Give the dotted name of where the thing that `node` names is defined.

        None where that cannot be told, and for builtins, local variables, attributes of values, and
        every expression but a name and a chain of attributes.
        """
        path = self.names.dotted(node)
        if path is None or path.startswith("builtins."):
            return None
        return self.project.canonical(path)

    def span(self, node: nodes.NodeNG) -> Span:
        """Tell where a node stands; a definition starts at its ``def`` or ``class``."""
        if isinstance(node, nodes.Module):
            end = Position(len(self.lines), len(self.lines[-1]) + 1)
            return Span(Position(1, 1), end)
        line = node.lineno
        if line is None or node.col_offset is None or node.end_lineno is None:
            return self._around_children(node)
        if isinstance(node, nodes.FunctionDef | nodes.ClassDef) and node.position is not None:
            line = node.position.lineno
        start = self._position(line, node.col_offset)
        return Span(start, self._position(node.end_lineno, node.end_col_offset or 0))

    def name_span(self, node: nodes.NodeNG) -> Span:
        """Tell where the name of a definition or of an attribute stands; else the node's span."""
        match node:
            case nodes.FunctionDef() | nodes.ClassDef() if node.position is not None:
                end = self._position(node.position.end_lineno, node.position.end_col_offset)
                return Span(Position(end.line, end.column - len(node.name)), end)
            case nodes.Attribute() | nodes.AssignAttr() | nodes.DelAttr():
                end = self.span(node).end
                return Span(Position(end.line, end.column - len(node.attrname)), end)
        return self.span(node)

    def told_line(self, node: nodes.NodeNG) -> str:
        """Name the line of a node for a message, as the file's reader counts."""
        place = self.source.place(self.span(node))
        line = f"line {place.span.start.line}"
        return line if place.cell is None else f"{line} of cell {place.cell}"

    def text(self, where: nodes.NodeNG | Span) -> str:
        """Give the text of a node or of a span."""
        (first, left), (last, right) = where if isinstance(where, Span) else self.span(where)
        if first == last:
            return self.lines[first - 1][left - 1 : right - 1]
        return "\n".join(
            [
                self.lines[first - 1][left - 1 :],
                *self.lines[first : last - 1],
                self.lines[last - 1][: right - 1],
            ]
        )

    def _position(self, line: int, byte: int) -> Position:
        """Turn a place of the syntax tree, whose columns count UTF-8 bytes, into characters."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return Position(line, byte + 1)
        return Position(line, len(text.encode()[:byte].decode(errors="replace")) + 1)

    def _around_children(self, node: nodes.NodeNG) -> Span:
        spans = [self.span(child) for child in node.get_children()]
        if spans:
            return Span(min(span.start for span in spans), max(span.end for span in spans))
        return self.span(node.parent) if node.parent is not None else self.span(self.tree)


def _top_level_statement(node: nodes.NodeNG) -> nodes.NodeNG:
    """Give the statement at the top level that a node stands in; a module stands for itself."""
    while node.parent is not None and node.parent.parent is not None:
        node = node.parent
    return node


def parse_module(source: Source, project: Project, name: str | None = None) -> Module:
    """Parse a source.

    Parameters
    ----------
    source : Source
        The text.
    project : Project
        Where the module's imports are looked up.
    name : str, optional
        The dotted name by which the module is imported.

    Returns
    -------
    Module
        Its `syntax_problems` tell what could not be parsed; nothing is raised for that.
    """
    module = project.known_module(name, source)
    if module is not None:
        module.source = source
    else:
        is_package = Path(source.path).stem == "__init__"
        tree, problems = build_tree(source, name or "", is_package)
        module = Module(source, tree, project, name, problems)
    project.adopt(module)
    return module
