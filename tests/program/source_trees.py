"""Small trees of files, and sources without a file, for the tests of the program model."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from ckptlint.program.module import Module, parse_module
from ckptlint.program.project import Project
from ckptlint.sources.source import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ckptlint.sources.source import Edit


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return root


def project_of(root: Path, files: Mapping[str, str]) -> Project:
    return Project([write_tree(root, files)], [])


def program(text: str, project: Project | None = None, name: str | None = None) -> Module:
    source = Source("program.py", SourceKind.PYTHON, dedent(text))
    return parse_module(source, project or Project([], []), name)


def fragment(text: str, parts: tuple[tuple[int, int], ...] = ()) -> Module:
    kind = SourceKind.NOTEBOOK if parts else SourceKind.MARKDOWN
    source = Source("guide.md", kind, dedent(text), parts=parts, is_fragment=True)
    return parse_module(source, Project([], []))


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits that do not overlap."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        first, last = (starts[place.line - 1] + place.column - 1 for place in edit.span)
        text = text[:first] + edit.replacement + text[last:]
    return text
