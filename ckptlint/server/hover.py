"""What is told about a place: the page of the rule that is named, or found, there."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.engine.comments import read_layout
from ckptlint.engine.directives import read_directives
from ckptlint.engine.suppression import selector_of
from ckptlint.reports.rule_page import page_of
from ckptlint.rule import Position, Span
from ckptlint.settings.options import OPTIONS
from ckptlint.settings.reading import FILE_NAMES
from ckptlint.sources.lines import advance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ckptlint.engine.registry import Registry
    from ckptlint.sources.document import Document

_TABLE: Final = re.compile(r"\s*\[+([^\]]+)\]+\s*(?:#.*)?")
_STRING: Final = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")
_KEY: Final = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")
_OURS: Final = "tool.ckptlint"


class Told(NamedTuple):
    """Something to tell, in Markdown, and the stretch of its line that it is about."""

    text: str
    span: Span


class Named(NamedTuple):
    """A word of a suppression comment that stands for rules, and its span in the file."""

    text: str
    span: Span


def named_at(document: Document, position: Position, cell: int | None) -> Named | None:
    """Find the code or name in a suppression comment at a place of a file, or of its cell."""
    for one in _named(document, cell):
        if one.span.start <= position <= one.span.end:
            return one
    return None


def _named(document: Document, cell: int | None) -> Iterator[Named]:
    for index, source in enumerate(document.sources):
        for start, text in document.block_comments.get(index, ()):
            for item, span in _items(start, text):
                yield Named(item, span)
        if "noqa" not in source.text.lower() and "ckptlint:" not in source.text:
            continue
        for comment in read_layout(source).comments:
            for item, span in _items(comment.start, comment.text):
                place = source.place(span)
                if place.cell == cell:
                    yield Named(item, place.span)


def _items(start: Position, comment: str) -> Iterator[tuple[str, Span]]:
    for directive in read_directives(comment):
        for item in directive.items or ():
            first, last = (advance(start, comment[:end]) for end in (item.start, item.end))
            yield item.text, Span(first, last)


def told_of(registry: Registry, word: str) -> str | None:
    """Give what a code, the beginning of codes, or a name stands for; None if for nothing."""
    rules = registry.find(selector_of(word))
    if len(rules) == 1:
        return page_of(rules[0])
    if not rules:
        return None
    lines = [f"- {rule.code} ({rule.name}): {rule.summary}" for rule in rules]
    return f"# {word}\n\n{len(rules)} rules:\n\n" + "\n".join(lines) + "\n"


def pages_of(registry: Registry, codes: Iterable[str]) -> str:
    """Give the pages of rules one after another, each once."""
    return "\n---\n\n".join(page_of(registry.by_code[code]) for code in dict.fromkeys(codes))


def told_in_settings(
    path: str, lines: Sequence[str], position: Position, registry: Registry
) -> Told | None:
    """Explain the rule, or the setting, that stands at a place of a settings file.

    Parameters
    ----------
    path : str
        The file; another than a settings file explains nothing.
    lines : sequence of str
        Its lines without their ends.
    position : Position
        The place.
    registry : Registry
        The rules there are.
    """
    name = os.path.basename(path)
    if name not in FILE_NAMES or not _is_ours(name, lines[: position.line]):
        return None
    line = lines[position.line - 1]
    for match in _STRING.finditer(line):
        group = 1 if match[1] is not None else 2
        span = _on_line(position.line, *match.span(group))
        if span.start <= position <= span.end:
            text = told_of(registry, match[group])
            if text is not None:
                return Told(text, span)
    key = _KEY.match(line)
    if key is None or key[1] not in OPTIONS:
        return None
    span = _on_line(position.line, *key.span(1))
    if not span.start <= position <= span.end:
        return None
    option = OPTIONS[key[1]]
    return Told(
        f"# {option.key}\n\n{option.documentation}\n\n"
        f"- Default: `{option.default}`\n- Type: `{option.kind.type_name}`\n\n"
        f"```toml\n{option.example}\n```\n",
        span,
    )


def _is_ours(name: str, above: Iterable[str]) -> bool:
    """Tell whether the last of some lines is in a table of ckptlint's."""
    if name != "pyproject.toml":
        return True
    table = ""
    for line in above:
        match = _TABLE.fullmatch(line)
        if match is not None:
            table = ".".join(part.strip(" \"'") for part in match[1].split("."))
    return table == _OURS or table.startswith(f"{_OURS}.")


def _on_line(line: int, start: int, end: int) -> Span:
    return Span(Position(line, start + 1), Position(line, end + 1))
