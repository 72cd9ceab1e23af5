"""What Git's ignore files leave out; git itself is never run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".gitignore"
REPOSITORY = ".git"


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The rules of one ignore file.

    Parameters
    ----------
    base : str
        The absolute folder that the rules start at, with a slash at its end.
    rules : GitIgnoreSpec
        All rules, for files.
    folder_rules : GitIgnoreSpec
        The rules that can leave out a whole folder.
    """

    base: str
    rules: GitIgnoreSpec
    folder_rules: GitIgnoreSpec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Tell whether the rules leave a path out (True) or take it (False), or say nothing.

        For a folder the last rule that matches decides, as in Git. The folder around `path` must
        not be left out itself.
        """
        relative = path[len(self.base) :]
        if os.sep != "/":
            relative = relative.replace(os.sep, "/")
        if not is_folder:
            return self.rules.check_file(relative).include
        for pattern in reversed(list(self.folder_rules.patterns)):
            if pattern.include is not None and pattern.match_file(f"{relative}/") is not None:
                return pattern.include
        return None


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
        rules = _compile(lines)
        if not rules.patterns:
            return ()
        # `folder/**` leaves out what is in the folder, and so leaves room for exceptions.
        narrow = [line for line in lines if not line.rstrip().endswith("/**")]
        folder_rules = rules if len(narrow) == len(lines) else _compile(narrow)
        return (IgnoreFile(os.path.join(base, ""), rules, folder_rules),)


def _compile(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        # Git passes over a line that is no pattern.
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


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
