"""Changes of a document as the client applies them: as few characters as possible, per cell."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lsprotocol import types

from ckptlint.rule import Edit, Position, Span
from ckptlint.sources.document import read_document
from ckptlint.sources.lines import advance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ckptlint.engine.result import FileEdit
    from ckptlint.server.documents import OpenDocument
    from ckptlint.sources.document import Document


def read_open(document: OpenDocument) -> Document:
    """Read an open document as the engine does.

    Raises
    ------
    UnreadableFile
        Where its text, or the code in it, cannot be had.
    """
    return read_document(document.path, document.data, kind=document.kind)


def workspace_edit(
    document: OpenDocument, edits: Iterable[FileEdit], *, is_versioned: bool
) -> types.WorkspaceEdit:
    """Give edits of the document's own lines, or of its cells' lines, to the client.

    Parameters
    ----------
    document : OpenDocument
        The document that the edits are for, as it was when they were made.
    edits : iterable of FileEdit
        The edits, none overlapping another.
    is_versioned : bool
        Whether the client can tell by a version that they do not fit its text any more.

    Raises
    ------
    ValueError
        Where an edit does not fit the document.
    """
    by_cell: dict[int | None, list[Edit]] = {}
    for one in edits:
        by_cell.setdefault(one.place.cell, []).append(Edit(one.place.span, one.replacement))
    if document.cells is None and any(cell is not None for cell in by_cell):
        # A notebook that is open as the JSON it is saved as.
        before = read_open(document)
        by_cell = {None: [*difference(before.text, before.rewrite(by_cell).text)]}
    return _of_cells(document, by_cell, is_versioned)


def rewriting_edit(
    document: OpenDocument, fixed: Document, *, is_versioned: bool
) -> types.WorkspaceEdit:
    """Give the change from a document to what became of it, to the client."""
    if document.cells is None:
        before = read_open(document)
        return _of_cells(document, {None: [*difference(before.text, fixed.text)]}, is_versioned)
    by_cell: dict[int | None, list[Edit]] = {
        number: [*difference("\n".join(cell.text.lines.texts), "\n".join(fixed.lines(number)))]
        for number, cell in enumerate(document.cells, 1)
    }
    return _of_cells(document, by_cell, is_versioned)


def _of_cells(
    document: OpenDocument, by_cell: Mapping[int | None, Sequence[Edit]], is_versioned: bool
) -> types.WorkspaceEdit:
    changes: dict[str, list[types.TextEdit]] = {}
    versions: dict[str, int | None] = {}
    for number, edits in by_cell.items():
        where = document if number is None else document.cell(number)
        if edits:
            ordered = sorted(edits, key=lambda edit: edit.span)
            changes[where.uri] = [where.text.text_edit(edit) for edit in ordered]
            versions[where.uri] = where.version
    if not is_versioned:
        return types.WorkspaceEdit(changes=changes)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), edits
            )
            for uri, edits in changes.items()
        ]
    )


def difference(before: str, after: str) -> Iterator[Edit]:
    r"""Give the edits that lead from a text to another, lines that are in both left alone.

    Lines are divided by ``\n``. Of the lines that change, what they begin and end with in both is
    left alone too, so that a caret and folded code stay where they are.
    """
    old, new = before.split("\n"), after.split("\n")
    first = _count_alike(old, new)
    last = _count_alike(old[first:][::-1], new[first:][::-1])
    matcher = SequenceMatcher(
        None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False
    )
    for tag, old_first, old_stop, new_first, new_stop in matcher.get_opcodes():
        if tag != "equal":
            yield _changed_lines(
                old,
                new,
                (first + old_first, first + old_stop),
                (first + new_first, first + new_stop),
            )


def _changed_lines(
    old: Sequence[str], new: Sequence[str], lines: tuple[int, int], new_lines: tuple[int, int]
) -> Edit:
    """Give the edit that puts some lines in the place of others, which are not the same."""
    first, stop = lines
    text = "".join(f"{line}\n" for line in old[first:stop])
    replacement = "".join(f"{line}\n" for line in new[new_lines[0] : new_lines[1]])
    before = _count_alike(text, replacement)
    rest, new_rest = text[before:], replacement[before:]
    after = _count_alike(rest[::-1], new_rest[::-1])
    start = advance(Position(first + 1, 1), text[:before])
    end = advance(start, rest[: len(rest) - after])
    return Edit(Span(start, end), new_rest[: len(new_rest) - after])


def _count_alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Count how many elements two sequences have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
