"""File patterns, as `include` and `exclude` have them."""

from __future__ import annotations

import os
import re
from fnmatch import translate
from itertools import product
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WILDCARDS = frozenset("*?[")
_NOTHING = "(?!)"
_CHOICE = re.compile(r"\{([^{}]*)\}")


class FilePattern(Protocol):
    """A pattern, and the absolute folder at which it starts if it is a relative path."""

    @property
    def pattern(self) -> str:
        """The pattern itself."""

    @property
    def base(self) -> str:
        """The absolute folder."""


class Patterns:
    """A set of file patterns.

    A pattern without a slash is compared with names, any other with whole paths. ``*`` matches any
    characters, slashes too, ``**/`` any number of folders or none, and ``{a,b}`` either.

    Parameters
    ----------
    patterns : Sequence[FilePattern]
        The patterns.
    """

    def __init__(self, patterns: Sequence[FilePattern]) -> None:
        # Nearly all patterns are plain names or suffixes, and need no regular expression.
        names: set[str] = set()
        suffixes: set[str] = set()
        of_names: list[str] = []
        of_paths: list[str] = []
        for pattern in patterns:
            for one in _alternatives(_with_slashes(pattern.pattern).rstrip("/")):
                if "/" in one:
                    of_paths.append(_path_expression(one, _with_slashes(pattern.base)))
                elif not _WILDCARDS & set(one):
                    names.add(one)
                elif one.startswith("*") and not _WILDCARDS & set(one[1:]):
                    suffixes.add(one[1:])
                else:
                    of_names.append(translate(one))
        self._bases = {_with_slashes(pattern.base).rstrip("/") + "/" for pattern in patterns}
        self._names = frozenset(names)
        self._suffixes = tuple(sorted(suffixes))
        self._of_names = _joined(of_names)
        self._of_paths = _joined(of_paths)

    def match(self, name: str, path: str) -> bool:
        """Tell whether a file or folder is meant, by its name and its absolute path."""
        return (
            name in self._names
            or name.endswith(self._suffixes)
            or (self._of_names is not None and self._of_names.match(name) is not None)
            or (
                self._of_paths is not None and self._of_paths.match(_with_slashes(path)) is not None
            )
        )

    def match_within(self, path: str) -> bool:
        """Tell whether a file or folder is meant, or a folder around it that is below the base."""
        whole = _with_slashes(path)
        shortest = min((len(base) for base in self._bases if whole.startswith(base)), default=0)
        if not shortest:
            shortest = whole.rfind("/") + 1
        end = len(whole)
        while end > shortest:
            part = whole[:end]
            start = part.rfind("/") + 1
            if self.match(part[start:], part):
                return True
            end = start - 1
        return False


def first_fault(patterns: Iterable[str]) -> str | None:
    """Say what is wrong with the first pattern that cannot be used; None if each can."""
    return next(filter(None, map(fault_of, patterns)), None)


def fault_of(pattern: str) -> str | None:
    """Say what is wrong with a pattern, which would match nothing as it is; None if nothing is."""
    if not pattern.strip("/"):
        return f"the pattern `{pattern}` names no file"
    position, open_braces = 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            # A bracket right after the first, or after `[!`, is one of the characters.
            first = position + (2 if pattern.startswith("!", position + 1) else 1)
            end = pattern.find("]", first + 1)
            if end < 0:
                return f"the pattern `{pattern}` has a `[` that is never closed"
            characters = pattern[position : end + 1]
            if _NOTHING in translate(characters):
                return f"the pattern `{pattern}` matches nothing: `{characters}` has no character"
            position = end
        open_braces += (character == "{") - (character == "}")
        if open_braces < 0:
            return f"the pattern `{pattern}` has a `}}` that closes nothing"
        position += 1
    return f"the pattern `{pattern}` has a `{{` that is never closed" if open_braces else None


def _alternatives(pattern: str) -> Iterator[str]:
    """Write out the choices of a pattern, and each ``**/`` as some folders and as none."""
    if choice := _CHOICE.search(pattern):
        for option in choice[1].split(","):
            yield from _alternatives(pattern[: choice.start()] + option + pattern[choice.end() :])
        return
    first, *others = pattern.split("**/")
    for folders in product(("", "*/"), repeat=len(others)):
        yield first + "".join(map(str.__add__, folders, others))


def _path_expression(pattern: str, base: str) -> str:
    if os.path.isabs(pattern):
        return translate(pattern)
    folder = base.rstrip("/")
    while True:
        if pattern.startswith("./"):
            pattern = pattern[2:]
        elif pattern.startswith("../"):
            pattern = pattern[3:]
            folder = folder.rpartition("/")[0]
        else:
            return re.escape(folder + "/") + translate(pattern)


def _joined(expressions: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(expressions)) if expressions else None


def _with_slashes(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")
