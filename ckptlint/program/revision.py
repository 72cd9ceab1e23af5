"""A module that is read again after an edit, and keeps what the edit does not touch.

A module is a row of *pieces*: its top-level statements, each with the lines up to the next one.
An edit is looked for in whole pieces. Those pieces alone are parsed; all others keep their nodes,
moved by as many lines as were added before them. That is right because a module is the sequence
of its statements: if the lines before, between and after two starts of statements parse on their
own, the whole parses to the same statements. Where the edited pieces do not, the caller parses the
whole.

What was found out about a piece (`Module.remember`) rests on that piece and, through the names in
it, on others. It is kept only if neither the piece nor anything that it can lead to has changed:

- A piece *mentions* every word in its text, in strings and comments too. It *binds* the names that
  its code gives the module, and those that it declares as ``global``.
- A piece is affected if its code has changed, or if it mentions a name that an affected piece
  binds, or bound before. So whoever mentions a changed class is affected, and whoever mentions
  those in turn; a class that is merely mentioned by the changed one is not.
- A path from one piece to another leads through a name: of a base, a function, a constant, an
  import. Methods are looked up in classes, and classes are named. What is asked of the module as a
  whole must be asked again each time, and may not be remembered for a piece; the one exception,
  the attributes that are read as bound state anywhere in the module, is compared here.

Code is compared as its syntax tree, so that comments, blank lines and layout change nothing but
positions. What other files say is not looked at here: `Project` forgets a module whose imports
lead to a file that has changed.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from astroid import nodes

from ckptlint.program.bound_state import attributes_read_as_proxy
from ckptlint.program.positions import are_alike, move, take_positions
from ckptlint.program.syntax import forget_answers, nodes_in, parse_text, rebuild
from ckptlint.sources.lines import common_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.program.module import Module
    from ckptlint.sources.source import Source

_WORD: Final = re.compile(r"[^\W\d]\w*")


class _Piece:
    """A top-level statement, the names it binds in the module, and the words in its lines.

    `code` is its syntax written down, where an edit has come so near that this was needed.
    """

    __slots__ = ("binds", "code", "mentions", "node")

    def __init__(self, node: nodes.NodeNG) -> None:
        self.node = node
        self.binds: dict[str, list[nodes.NodeNG]] = {}
        self.code: str | None = None
        self.mentions: frozenset[str] | None = None

    @property
    def first(self) -> int:
        """The line on which it starts, with its decorators."""
        decorators = getattr(self.node, "decorators", None)
        lines = [one.lineno for one in decorators.nodes] if decorators is not None else []
        return int(min([self.node.lineno, *lines]))

    @property
    def names(self) -> set[str]:
        """The names of the module that it binds, or that its functions declare as such."""
        declared = nodes_in(self.node, nodes.Global)
        return {*self.binds, *(name for one in declared for name in one.names)}


class _Edit(NamedTuple):
    """Which pieces an edit is in, the lines that they were, and by how many there are more now."""

    pieces: slice
    top: int
    bottom: int
    growth: int


class _Revised(NamedTuple):
    """The pieces in the place of the edited ones; those that have changed, and what they were."""

    pieces: list[_Piece]
    changed: list[_Piece]
    gone: list[_Piece]
    docstring: nodes.Const | None


class Revisable:
    """A module that can be read again.

    Parameters
    ----------
    module : Module
        A whole program without syntax problems.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self._pieces = _pieces_of(module.tree)

    def revise(self, source: Source) -> bool:
        """Make the module that of another text; False, with nothing changed, where that fails."""
        old, new = self.module.lines, source.text.split("\n")
        if old != new:
            edit = self._locate(old, new)
            revised = self._read(edit, old, new) if edit is not None else None
            if edit is None or revised is None:
                return False
            self._apply(edit, revised, new)
        self.module.source = source
        return True

    def _locate(self, old: Sequence[str], new: Sequence[str]) -> _Edit | None:
        """Find the pieces that an edit is in, one before its first line included."""
        pieces = self._pieces
        if not pieces:
            return None
        before, after = common_ends(old, new)
        starts = [piece.first for piece in pieces]
        first = max((at for at, start in enumerate(starts) if start <= before), default=0)
        last = max((at for at, start in enumerate(starts) if start <= len(old) - after), default=0)
        while first > 0 and pieces[first - 1].node.end_lineno >= starts[first]:
            first -= 1
        last = max(first, last)
        while last + 1 < len(pieces) and pieces[last].node.end_lineno >= starts[last + 1]:
            last += 1
        top = starts[first] if first else 1
        bottom = starts[last + 1] - 1 if last + 1 < len(pieces) else len(old)
        return _Edit(slice(first, last + 1), top, bottom, len(new) - len(old))

    def _read(self, edit: _Edit, old: Sequence[str], new: Sequence[str]) -> _Revised | None:
        """Read the edited pieces; None where they, or the comparison, do not stand alone."""
        text = _lines(new, edit.top, edit.bottom + edit.growth)
        tree, is_top = parse_text(text), edit.pieces.start == 0
        if not isinstance(tree, ast.Module) or (not is_top and _starts_with_text(tree)):
            return None  # text at the beginning would be a docstring
        codes, codes_before = _codes(tree, is_top), self._codes_before(edit, old)
        if codes_before is None:
            return None
        module = self.module
        built = rebuild(tree, text, module.source.path, module.name or "", module.is_package)
        pieces, were = _pieces_of(built), self._pieces[edit.pieces]
        if len(pieces) != len(codes) or len(were) != len(codes_before):
            return None
        for piece, code in zip(pieces, codes, strict=True):
            piece.code = code
        kept_before, kept_after = common_ends(codes_before, codes)
        changed = pieces[kept_before : len(pieces) - kept_after]
        gone = were[kept_before : len(were) - kept_after]
        if any(map(_changes_everything, [*changed, *gone])):
            return None
        kept = [*were[:kept_before], *were[len(were) - kept_after :]]
        same = [*pieces[:kept_before], *pieces[len(pieces) - kept_after :]]
        if not all(are_alike(one.node, now.node) for one, now in zip(kept, same, strict=True)):
            return None
        for one, now in zip(kept, same, strict=True):
            take_positions(one.node, now.node)
            one.mentions = None
        result = [*kept[:kept_before], *changed, *kept[kept_before:]]
        return _Revised(result, changed, gone, built.doc_node if is_top else None)

    def _codes_before(self, edit: _Edit, old: Sequence[str]) -> list[str] | None:
        """Write down the code of the edited pieces as it was, unless that was done before."""
        pieces = self._pieces[edit.pieces]
        known = [piece.code for piece in pieces if piece.code is not None]
        if len(known) == len(pieces):
            return known
        tree = parse_text(_lines(old, edit.top, edit.bottom))
        if not isinstance(tree, ast.Module):
            return None
        codes = _codes(tree, edit.pieces.start == 0)
        if len(codes) == len(pieces):
            for piece, code in zip(pieces, codes, strict=True):
                piece.code = code
        return codes

    def _apply(self, edit: _Edit, revised: _Revised, new: Sequence[str]) -> None:
        tree = self.module.tree
        proxies = attributes_read_as_proxy(tree)
        if edit.growth:
            for piece in self._pieces[edit.pieces.stop :]:
                move(piece.node, edit.growth)
        self._pieces[edit.pieces] = revised.pieces
        for piece in revised.changed:
            piece.node.parent = tree
        if edit.pieces.start == 0:
            tree.doc_node = revised.docstring
            if revised.docstring is not None:
                revised.docstring.parent = tree
        tree.body = [piece.node for piece in self._pieces]
        _bind(tree, self._pieces)
        forget_answers(tree)
        if attributes_read_as_proxy(tree) == proxies:
            affected = self._affected(revised, new)
        else:
            affected = self._pieces
        self.module.forget({piece.node for piece in affected})

    def _affected(self, revised: _Revised, new: Sequence[str]) -> list[_Piece]:
        """Give the changed pieces, and those that a path through names leads to one from."""
        names = {name for piece in (*revised.changed, *revised.gone) for name in piece.names}
        affected = [*revised.changed]
        waiting = [piece for piece in self._pieces if piece not in affected]
        self._note_words(new)
        while True:
            reached = [
                one for one in waiting if one.mentions and not names.isdisjoint(one.mentions)
            ]
            if not reached:
                return affected
            affected += reached
            waiting = [piece for piece in waiting if piece not in reached]
            names = {name for piece in reached for name in piece.names}

    def _note_words(self, lines: Sequence[str]) -> None:
        pieces = self._pieces
        for at, piece in enumerate(pieces):
            if piece.mentions is None:
                top = piece.first if at else 1
                bottom = pieces[at + 1].first - 1 if at + 1 < len(pieces) else len(lines)
                text = unicodedata.normalize("NFKC", "\n".join(lines[top - 1 : bottom]))
                piece.mentions = frozenset(_WORD.findall(text))


def _lines(lines: Sequence[str], top: int, bottom: int) -> str:
    """Give some lines, at the place in the text where they stand."""
    return "\n" * (top - 1) + "\n".join(lines[top - 1 : bottom]) + "\n"


def _starts_with_text(tree: ast.Module) -> bool:
    first = tree.body[0] if tree.body else None
    value = first.value if isinstance(first, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _codes(tree: ast.Module, is_top: bool) -> list[str]:
    """Write down the statements of a tree without their positions, the docstring left out."""
    body = tree.body[1:] if is_top and _starts_with_text(tree) else tree.body
    return [ast.dump(statement) for statement in body]


def _pieces_of(tree: nodes.Module) -> list[_Piece]:
    pieces = {statement: _Piece(statement) for statement in tree.body}
    for name, bindings in tree.locals.items():
        for binding in bindings:
            statement = binding
            while statement.parent is not tree:
                statement = statement.parent
            pieces[statement].binds.setdefault(name, []).append(binding)
    return [*pieces.values()]


def _bind(tree: nodes.Module, pieces: Sequence[_Piece]) -> None:
    """Give a tree the names that its pieces bind, in the order in which it would be built anew."""
    found: dict[str, list[nodes.NodeNG]] = {}
    for are_imports in (False, True):
        for piece in pieces:
            for name, bindings in piece.binds.items():
                for binding in bindings:
                    if isinstance(binding, nodes.ImportFrom) is are_imports:
                        found.setdefault(name, []).append(binding)
    for bindings in found.values():
        if any(isinstance(binding, nodes.ImportFrom) for binding in bindings):
            bindings.sort(key=lambda binding: binding.lineno or 0)
    tree.locals.clear()
    tree.locals.update(found)


def _changes_everything(piece: _Piece) -> bool:
    """Tell whether a piece bears on others without being mentioned by them."""
    if not isinstance(piece.node, nodes.ImportFrom):
        return False
    return bool(piece.node.modname == "__future__" or piece.node.names[0][0] == "*")
