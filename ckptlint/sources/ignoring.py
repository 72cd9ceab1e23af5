"""What Git's ignore files leave out; git itself is never run."""

from __future__ import annotations

import os
import re
import warnings
from contextlib import suppress
from fnmatch import translate
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from pathspec.pattern import RegexPattern

IGNORE_FILE = ".gitignore"
REPOSITORY = ".git"


class _Rule(NamedTuple):
    """One line of an ignore file, and what pathspec makes of it."""

    names: re.Pattern[str]
    line: str
    pattern: RegexPattern

    def is_about(self, name: str, path: str, is_folder: bool) -> bool:
        """Tell whether a file or folder itself is meant, and not just a folder around it.

        The latter is asked about before, and pathspec takes both for a match.
        """
        if not self.names.match(name) or (self.line.endswith("/") and not is_folder):
            return False
        body = self.line.removeprefix("!")
        is_about_inside = body.endswith("/**")
        target = f"{path}/" if is_folder and not is_about_inside else path
        found = self.pattern.match_file(target)
        # pathspec does not look further than it has to where anything goes.
        is_about_anything = is_about_inside or not (body.strip("*/") or body.startswith("/"))
        return found is not None and (is_about_anything or found.match.end() == len(target))


class IgnoreFile:
    """The rules of one ignore file.

    Parameters
    ----------
    base : str
        The absolute folder that the rules start at, with a slash at its end.
    lines : tuple[str, ...]
        The rules, one to a line; comments and empty lines are not among them.
    """

    def __init__(self, base: str, lines: tuple[str, ...]) -> None:
        self.base = base
        self.lines = lines

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Tell whether the rules leave a path out (True) or take it (False), or say nothing.

        The folder around `path` must not be left out itself. As in Git the last rule decides.
        """
        name = path[path.rfind(os.sep) + 1 :]
        # Hardly any name is meant by a rule, and pathspec takes longer to import than all the
        # rest of a run over a small project.
        if not self._names.match(name):
            return None
        relative = path[len(self.base) :]
        if os.sep != "/":
            relative = relative.replace(os.sep, "/")
        for rule in reversed(self._rules):
            if rule.is_about(name, relative, is_folder):
                return rule.pattern.include
        return None

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_names_of, self.lines)))

    @cached_property
    def _rules(self) -> list[_Rule]:
        from pathspec import GitIgnoreSpec

        rules: list[_Rule] = []
        for line in self.lines:
            # Git passes over a line that is no pattern.
            with suppress(ValueError), warnings.catch_warnings(action="ignore"):
                (pattern,) = GitIgnoreSpec.from_lines([line]).patterns
                if pattern.include is not None:
                    rules.append(_Rule(re.compile(_names_of(line)), line, pattern))
        return rules


def _names_of(line: str) -> str:
    """Give an expression for the names that a rule can be about, or for more."""
    part = line.removeprefix("!").rstrip("/").rpartition("/")[2]
    # Escapes and named classes mean nothing to fnmatch.
    is_beyond_fnmatch = "\\" in part or "[:" in part
    return translate("*" if is_beyond_fnmatch else part.replace("[^", "[!"))


# The rules that hold in a folder, the nearest first.
IgnoreFiles = tuple[IgnoreFile, ...]


def is_ignored(files: IgnoreFiles, path: str, is_folder: bool) -> bool:
    """Tell whether the nearest ignore file that has a say leaves the absolute `path` out."""
    for file in files:
        verdict = file.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


class IgnoreReader:
    """Reads ignore files.

    Parameters
    ----------
    on_file : callable
        Called with the absolute path of each ignore file that is read, or is looked for and not
        there.
    on_error : callable
        Called with the path of an ignore file that cannot be read, and why.
    """

    def __init__(
        self, on_file: Callable[[str], None], on_error: Callable[[str, OSError], None]
    ) -> None:
        self._on_file = on_file
        self._on_error = on_error

    def above(self, folder: str) -> IgnoreFiles:
        """Give the rules that hold for the absolute `folder` from above it.

        These are the ignore files between it and the root of its repository. Where they leave out
        the folder itself there are none, for whoever names it wants to see what is in it.
        """
        folders = [folder]
        while not os.path.lexists(os.path.join(folders[-1], REPOSITORY)):
            parent = os.path.dirname(folders[-1])
            if parent == folders[-1]:
                return ()
            folders.append(parent)
        folders.reverse()
        files: IgnoreFiles = ()
        for outer, inner in pairwise(folders):
            files = self.inside(outer, files, outer == folders[0], has_ignore_file=True)
            if is_ignored(files, inner, is_folder=True):
                return ()
        return files

    def inside(
        self, folder: str, files: IgnoreFiles, is_repository: bool, has_ignore_file: bool
    ) -> IgnoreFiles:
        """Give the rules that hold in `folder`, where `files` hold for the folder itself."""
        if is_repository:
            # Those of a repository around it end here.
            files = self._read(_exclude_file(folder), folder)
        if has_ignore_file:
            files = self._read(os.path.join(folder, IGNORE_FILE), folder) + files
        return files

    def _read(self, path: str, base: str) -> IgnoreFiles:
        self._on_file(path)
        try:
            with open(path, encoding="utf-8-sig", errors="surrogateescape") as stream:
                lines = stream.read().split("\n")
        except FileNotFoundError:
            return ()
        except OSError as error:
            self._on_error(path, error)
            return ()
        rules = tuple(line for line in map(_stripped, lines) if line and line[0] != "#")
        return (IgnoreFile(os.path.join(base, ""), rules),) if rules else ()


def _stripped(line: str) -> str:
    """Take away blanks at the end, unless they are escaped."""
    return line if line.endswith("\\ ") else line.rstrip()


def _exclude_file(folder: str) -> str:
    """Tell where the repository in `folder` has its own ignore file."""
    git = os.path.join(folder, REPOSITORY)
    try:
        # In a worktree or a submodule it is a file that names the folder.
        with open(git, encoding="utf-8") as stream:
            git = os.path.join(folder, stream.read().removeprefix("gitdir:").strip())
        with open(os.path.join(git, "commondir"), encoding="utf-8") as stream:
            git = os.path.join(git, stream.read().strip())
    except (OSError, ValueError):
        pass
    return os.path.join(git, "info", "exclude")
