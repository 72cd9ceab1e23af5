"""Which files there are under the paths that the user named."""

from __future__ import annotations

import os
from errno import EINVAL
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.sources.ignoring import (
    IGNORE_FILE,
    REPOSITORY,
    IgnoreFiles,
    IgnoreReader,
    is_ignored,
)
from ckptlint.sources.patterns import FilePattern, Patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class FileSelection:
    """Which files of one folder are taken.

    Patterns are compiled once for each object: give the same object for folders that have the
    same settings.

    Parameters
    ----------
    include : tuple[FilePattern, ...]
        The files to take; those that the user names are taken anyway.
    exclude : tuple[FilePattern, ...]
        The files and folders to leave out.
    force_exclude : bool
        Whether `exclude` also holds for what the user names.
    respect_gitignore : bool
        Whether Git's ignore files leave out files and folders too.
    """

    def __init__(
        self,
        include: tuple[FilePattern, ...],
        exclude: tuple[FilePattern, ...] = (),
        force_exclude: bool = False,
        respect_gitignore: bool = True,
    ) -> None:
        self.include = include
        self.exclude = exclude
        self.force_exclude = force_exclude
        self.respect_gitignore = respect_gitignore

    @cached_property
    def included(self) -> Patterns:
        """`include`, compiled."""
        return Patterns(self.include)

    @cached_property
    def excluded(self) -> Patterns:
        """`exclude`, compiled."""
        return Patterns(self.exclude)


class FoundFile(NamedTuple):
    """A file to check.

    Parameters
    ----------
    path : str
        The file, beginning with the path that the user named.
    is_explicit : bool
        Whether the user named the file itself.
    """

    path: str
    is_explicit: bool


def walk(
    paths: Sequence[str | os.PathLike[str]],
    selection_for: Callable[[str], FileSelection],
    on_error: Callable[[str, OSError], None] | None = None,
    on_directory: Callable[[str], None] | None = None,
    on_ignore_file: Callable[[str], None] | None = None,
) -> Iterator[FoundFile]:
    """Find the files to check, each once, ordered by path.

    A folder that the user names is always entered (unless `force_exclude` holds for it), and
    symbolic links to folders are not followed. A file that is found by several paths is given by
    the first, but by its own rather than by that of a symbolic link in a folder.

    Parameters
    ----------
    paths : Sequence[str or os.PathLike[str]]
        What the user named: files and folders.
    selection_for : callable
        Gives the selection that holds in a folder, by its absolute path.
    on_error : callable or None
        Called with a path that cannot be read, as the user would name it, and why. Without it
        the error is raised.
    on_directory : callable or None
        Called with the absolute path of each folder that is listed.
    on_ignore_file : callable or None
        Called with the absolute path of each ignore file that is read, or is looked for above a
        folder and not there.

    Raises
    ------
    OSError
        Where a path cannot be read and there is no `on_error`.
    """
    search = _Search(
        selection_for, on_error or _raise, on_directory or _pass, on_ignore_file or _pass
    )
    for path in paths:
        search.add(_plain(os.fspath(path)))
    yield from search.result()


class _Folder(NamedTuple):
    """A folder as the user sees it, its absolute path, and that with all links resolved."""

    shown: str
    absolute: str
    real: str
    ignore_files: IgnoreFiles


class _Search:
    def __init__(
        self,
        selection_for: Callable[[str], FileSelection],
        on_error: Callable[[str, OSError], None],
        on_directory: Callable[[str], None],
        on_ignore_file: Callable[[str], None],
    ) -> None:
        self._selection_for = selection_for
        self._on_error = on_error
        self._on_directory = on_directory
        self._ignore_reader = IgnoreReader(on_ignore_file, on_error)
        # The key is the real path.
        self._found: dict[str, FoundFile] = {}
        self._links: list[tuple[str, str]] = []

    def add(self, path: str) -> None:
        """Add a path that the user named."""
        absolute = os.path.abspath(path)
        try:
            real = os.path.realpath(path, strict=True)
        except OSError as error:
            self._on_error(path, error)
            return
        is_folder = os.path.isdir(real)
        if not is_folder and not os.path.isfile(real):
            # What has no end, or can be read once alone, is no file to check and to fix.
            self._on_error(path, OSError(EINVAL, "neither a file nor a folder"))
            return
        selection = self._selection_for(absolute if is_folder else os.path.dirname(absolute))
        if selection.force_exclude and selection.excluded.match_within(absolute):
            return
        if not is_folder:
            found = self._found.get(real)
            if found is None or not found.is_explicit:
                self._found[real] = FoundFile(path, is_explicit=True)
            return
        files = self._ignore_reader.above(absolute) if selection.respect_gitignore else ()
        shown = "" if path == os.curdir else os.path.join(path, "")
        folders = [_Folder(shown, absolute, real, files)]
        while folders:
            folders += self._list(folders.pop())

    def _list(self, folder: _Folder) -> Iterator[_Folder]:
        """Add the files of a folder, and give the folders in it that are to be entered."""
        self._on_directory(folder.absolute)
        try:
            with os.scandir(folder.absolute) as listing:
                entries = list(listing)
        except OSError as error:
            self._on_error(folder.shown.rstrip(os.sep) or os.curdir, error)
            return
        selection = self._selection_for(folder.absolute)
        included, excluded = selection.included.match, selection.excluded.match
        files = self._ignore_files(folder, entries) if selection.respect_gitignore else ()
        prefix = os.path.join(folder.absolute, "")
        real_prefix = os.path.join(folder.real, "")
        for entry in entries:
            name = entry.name
            absolute = prefix + name
            is_folder = entry.is_dir(follow_symlinks=False)
            if not (is_folder or included(name, absolute)) or excluded(name, absolute):
                continue
            if files and is_ignored(files, absolute, is_folder):
                continue
            shown = folder.shown + name
            if is_folder:
                yield _Folder(shown + os.sep, absolute, real_prefix + name, files)
            elif entry.is_symlink():
                self._links.append((shown, absolute))
            elif entry.is_file(follow_symlinks=False):
                self._found.setdefault(real_prefix + name, FoundFile(shown, is_explicit=False))

    def _ignore_files(self, folder: _Folder, entries: list[os.DirEntry[str]]) -> IgnoreFiles:
        names = {entry.name for entry in entries}
        is_repository, has_ignore_file = REPOSITORY in names, IGNORE_FILE in names
        if not (is_repository or has_ignore_file):
            return folder.ignore_files
        return self._ignore_reader.inside(
            folder.absolute, folder.ignore_files, is_repository, has_ignore_file
        )

    def result(self) -> list[FoundFile]:
        """Give what was found, links to files that were not found themselves included."""
        for shown, absolute in sorted(self._links):
            try:
                real = os.path.realpath(absolute, strict=True)
            except OSError as error:
                self._on_error(shown, error)
                continue
            if os.path.isfile(real):
                self._found.setdefault(real, FoundFile(shown, is_explicit=False))
        return sorted(self._found.values(), key=lambda found: found.path)


def _plain(path: str) -> str:
    """Take away what a path does not need: ``./`` before it and slashes after it."""
    while path.startswith(f".{os.sep}"):
        path = path[2:].lstrip(os.sep)
    return path.rstrip(os.sep) or (os.sep if path else os.curdir)


def _raise(_: str, error: OSError) -> None:
    raise error


def _pass(_: str) -> None:
    pass
