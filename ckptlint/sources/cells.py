"""The cells of a notebook: where their code stands in the JSON, and how other code is put there."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from ckptlint.sources.encoding import UnreadableFile
from ckptlint.sources.json_text import decode, elements, members, skip_space
from ckptlint.sources.lines import position_of

_OLDEST_FORMAT = 4
# One character as JSON writes it in a string: a surrogate pair, another escape, or itself.
_WRITTEN = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]"
)


class Cell(NamedTuple):
    """One cell of a notebook.

    Parameters
    ----------
    number : int
        Its 1-based number, counting cells of every type.
    is_code : bool
        Whether it is a code cell in the notebook's language.
    source : str
        Its text, line ends as they are.
    start, end : int
        Where the value of ``source`` stands in the JSON text.
    """

    number: int
    is_code: bool
    source: str
    start: int
    end: int


class NotebookContent(NamedTuple):
    """What of a notebook matters here.

    Parameters
    ----------
    language : str
        The language of its code cells, in small letters.
    cells : tuple[Cell, ...]
        Its cells of every type.
    has_escapes : bool
        Whether characters outside ASCII are written as escapes.
    """

    language: str
    cells: tuple[Cell, ...]
    has_escapes: bool


def read_notebook(raw: str) -> NotebookContent:
    """Read the JSON text of a notebook.

    Raises
    ------
    UnreadableFile
        Where it is not JSON, or no notebook of format 4 or newer.
    """
    try:
        content = json.loads(raw)
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise UnreadableFile(message, position_of(raw, error.pos)) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"not readable as JSON: {error}") from error
    start = skip_space(raw, 0)
    if not isinstance(content, dict):
        raise UnreadableFile("not a notebook: the JSON is no object", position_of(raw, start))
    version = content.get("nbformat", _OLDEST_FORMAT)
    if isinstance(version, int) and version < _OLDEST_FORMAT:
        message = (
            f"notebook format {version} is too old; "
            "convert the notebook with `jupyter nbconvert --to notebook`"
        )
        raise UnreadableFile(message, position_of(raw, members(raw, start)["nbformat"][0]))
    if not isinstance(content.get("cells"), list):
        raise UnreadableFile("not a notebook: it has no list of cells", position_of(raw, start))
    spans = elements(raw, members(raw, start)["cells"][0])
    cells = tuple(
        _read_cell(raw, number, cell, cell_start)
        for number, (cell, (cell_start, _)) in enumerate(
            zip(content["cells"], spans, strict=True), start=1
        )
    )
    has_escapes = raw.isascii() and not all(cell.source.isascii() for cell in cells)
    return NotebookContent(_language(content), cells, has_escapes)


def _read_cell(raw: str, number: int, cell: Any, start: int) -> Cell:
    source = cell.get("source") if isinstance(cell, dict) else None
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        message = f"not a notebook: cell {number} has no text as its source"
        raise UnreadableFile(message, position_of(raw, start))
    language = _at(cell, "metadata", "vscode", "languageId")
    is_code = cell.get("cell_type") == "code" and language in (None, "python")
    return Cell(number, is_code, "".join(lines), *members(raw, start)["source"])


def _language(content: Any) -> str:
    name = _at(content, "metadata", "language_info", "name")
    if not isinstance(name, str):
        name = _at(content, "metadata", "kernelspec", "language")
    return name.lower() if isinstance(name, str) else "python"


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def write_source(raw: str, cell: Cell, source: str, has_escapes: bool) -> str:
    """Give the JSON value that replaces the source of `cell` in the JSON text `raw`.

    The value stays a string or a list, and the elements of a list that do not change stay as they
    are written.
    """
    if raw[cell.start] == '"':
        return json.dumps(source, ensure_ascii=has_escapes)
    spans = elements(raw, cell.start)
    old = [decode(raw, start)[0] for start, _ in spans]
    before = after = 0
    middle = source
    while before < len(old) and (
        (old[before].endswith("\n") and middle.startswith(old[before])) or middle == old[before]
    ):
        middle = middle[len(old[before]) :]
        before += 1
    while after < len(old) - before and middle.endswith(old[-1 - after]):
        rest = middle[: len(middle) - len(old[-1 - after])]
        if rest and not rest.endswith("\n"):
            break
        middle = rest
        after += 1
    written = [raw[start:end] for start, end in spans]
    new = [
        *written[:before],
        *(json.dumps(line, ensure_ascii=has_escapes) for line in _divided(middle)),
        *written[len(written) - after :],
    ]
    if not new:
        return "[]"
    if not spans:
        return f"[{', '.join(new)}]"
    opening = raw[cell.start : spans[0][0]]
    closing = raw[spans[-1][1] : cell.end]
    between = f",{opening[1:] or ' '}" if len(spans) == 1 else raw[spans[0][1] : spans[1][0]]
    return opening + between.join(new) + closing


def source_offsets(raw: str, cell: Cell) -> list[int]:
    """Tell where in the JSON text `raw` each character of a cell's source is written.

    The last entry is where the source ends, so that there is one more than characters.
    """
    values = [(cell.start, cell.end)] if raw[cell.start] == '"' else elements(raw, cell.start)
    offsets: list[int] = []
    end = cell.start + 1
    for start, stop in values:
        offsets += [found.start() for found in _WRITTEN.finditer(raw, start + 1, stop - 1)]
        end = stop - 1
    return [*offsets, end]


def _divided(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + [last] * bool(last)
