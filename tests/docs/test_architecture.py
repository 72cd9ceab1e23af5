"""The rooms that docs/architecture.md lists are those that there are."""

from __future__ import annotations

import re

from samples import ROOT, samples_of

ROOM = re.compile(r"( *)([\w./]+)  +\S.*|( *)([\w./]+/)")


def listed() -> set[str]:
    """Give the paths of the first block of the page, from the repository's root."""
    (tree, *_) = samples_of("docs/architecture.md")
    above: list[str] = []
    found = set()
    for line in tree.text.splitlines():
        match = ROOM.fullmatch(line)
        assert match, line
        indent, name = match[1] or match[3] or "", match[2] or match[4]
        above[len(indent) // 2 :] = [name]
        found.add("".join(above).rstrip("/"))
    return found


def test_each_room_is_there() -> None:
    assert [path for path in sorted(listed()) if not (ROOT / path).exists()] == []


def test_each_package_is_listed() -> None:
    packages = {path.parent for path in (ROOT / "ckptlint").glob("*/__init__.py")}
    packages |= {path.parent for path in (ROOT / "ckptlint" / "program").glob("*/__init__.py")}
    assert {path.relative_to(ROOT).as_posix() for path in packages} <= listed()
