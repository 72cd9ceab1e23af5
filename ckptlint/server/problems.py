"""What is wrong with the settings files of open documents, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.server.folders import SettingsProblem
    from ckptlint.server.inspection import Checked


class Problems:
    """The problems of settings that the documents were checked under."""

    def __init__(self) -> None:
        self._by_document: dict[str, SettingsProblem] = {}

    def note(self, checked: Checked) -> set[str]:
        """Take in a result; give the settings files of which now something else is wrong."""
        return self._replace(checked.document.uri, checked.problem)

    def forget(self, uri: str) -> set[str]:
        """Forget a document that was closed; see `note`."""
        return self._replace(uri, None)

    def of(self, path: str) -> list[SettingsProblem]:
        """Give what is wrong with a settings file, as it was found last: one thing or none."""
        return [one for one in self._by_document.values() if one.path == path][-1:]

    def about(self, paths: Iterable[str]) -> list[SettingsProblem]:
        """Give what is wrong with some files, or with no file that is known."""
        named = {None, *paths}
        return [one for one in self._by_document.values() if one.path in named]

    def _replace(self, uri: str, problem: SettingsProblem | None) -> set[str]:
        before = self._by_document.pop(uri, None)
        if problem is not None:
            self._by_document[uri] = problem
        if before == problem:
            return set()
        return {one.path for one in (before, problem) if one is not None and one.path is not None}
