"""Which files an answer rests on, also when the answer is a remembered one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from pathlib import Path

Key = TypeVar("Key", bound="Hashable")
Answer = TypeVar("Answer")


class Dependencies:
    """The files that were read or looked for.

    Attributes
    ----------
    files : dict[Path, bytes or None]
        The digest of the content of each file that was read; None for a path where nothing was.
    """

    def __init__(self) -> None:
        self.files: dict[Path, bytes | None] = {}
        self._open: list[dict[Path, bytes | None]] = []

    def note(self, path: Path, digest: bytes | None) -> None:
        """Record that `path` was read, or looked for and not there."""
        self.files[path] = digest
        if self._open:
            self._open[-1][path] = digest

    @contextmanager
    def recording(self) -> Iterator[dict[Path, bytes | None]]:
        """Collect the files that the answers given inside the block rest on."""
        files: dict[Path, bytes | None] = {}
        self._open.append(files)
        try:
            yield files
        finally:
            self._open.pop()
            if self._open:
                self._open[-1].update(files)

    def remember(
        self,
        memory: dict[Key, tuple[Answer, dict[Path, bytes | None]]],
        key: Key,
        compute: Callable[[], Answer],
    ) -> Answer:
        """Give the remembered answer, or compute it; its files count for this question too."""
        if key in memory:
            answer, files = memory[key]
            if self._open:
                self._open[-1].update(files)
            return answer
        with self.recording() as files:
            answer = compute()
        memory[key] = (answer, files)
        return answer
