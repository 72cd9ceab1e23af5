"""The plugin of flake8, under the codes that begin with CKP: what ``ckptlint check`` finds.

flake8 chooses the files, and may leave out findings by its ``select``, ``ignore`` and ``noqa``;
everything else follows ckptlint's own settings.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from ckptlint import __version__
from ckptlint.settings.errors import SettingsError

if TYPE_CHECKING:
    import ast
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from ckptlint.engine.checker import Checker
    from ckptlint.engine.outcome import FileOutcome
    from ckptlint.engine.profiles import Profiles
    from ckptlint.engine.registry import Registry
    from ckptlint.settings.discovery import Discovery
    from ckptlint.settings.settings import Settings
    from ckptlint.sources.patterns import Patterns


class UnusableError(Exception):
    """What keeps ckptlint from judging a file: a setting, or a mistake of a rule.

    flake8 shows the representation of what a plugin raises, so that is the message itself.
    """

    def __repr__(self) -> str:
        return str(self)


class Flake8Plugin:
    """What flake8 makes for each file.

    Asking for the tree keeps flake8 from calling this for a file that cannot be parsed, which is
    its own E999.

    Parameters
    ----------
    tree : ast.AST
        Not looked at: most files hold no word that a rule looks for, and ours are other trees.
    filename : str
        The file; for standard input the name that flake8 shows.
    lines : sequence of str
        Its lines.

    Raises
    ------
    UnusableError
        If the settings cannot be used, or a rule failed.
    """

    name = "ckptlint"
    version = __version__
    _session: ClassVar[_Session | None] = None
    _ignore_noqa: ClassVar[bool] = False
    _stdin_name: ClassVar[str | None] = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        cls = type(self)
        if cls._session is None:
            cls._session = _Session(cls._ignore_noqa)
        data = _encoded(lines) if filename == cls._stdin_name else None
        try:
            self._outcome = cls._session.check(filename, data)
        except SettingsError as error:
            raise UnusableError(str(error)) from error
        if self._outcome.faults:
            raise UnusableError("\n".join(self._outcome.faults))

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Take what flake8's own options say; called once, before any file is looked at."""
        cls._ignore_noqa = options.disable_noqa
        cls._stdin_name = options.stdin_display_name if "-" in options.filenames else None
        cls._session = None

    def run(self) -> Iterator[tuple[int, int, str, type[Flake8Plugin]]]:
        """Give line, column (counted from 0, as flake8 wants it), code and message of each."""
        for warning in self._outcome.warnings:
            print(f"ckptlint: {warning}", file=sys.stderr)
        for finding in self._outcome.findings:
            line, column = finding.place.span.start
            yield line, column - 1, f"{finding.code} {finding.message}", type(self)


class _Session:
    """What the files that one process checks have in common."""

    def __init__(self, ignore_noqa: bool) -> None:
        self._folder = os.getcwd()
        self._ignore_noqa = ignore_noqa
        self._excluded: dict[int, Patterns] = {}

    def check(self, path: str, data: bytes | None) -> FileOutcome:
        """Check a file, or `data` as if it stood there."""
        from ckptlint.engine.outcome import FileOutcome
        from ckptlint.engine.target import Target

        absolute = os.path.abspath(path)
        settings = self._discovery.of_file(absolute)
        if self._registry.faults:
            return FileOutcome(faults=self._registry.faults)
        if self._excluded_by(settings).match_within(absolute):
            return FileOutcome()
        profile = self._profiles.of(settings)
        target = Target(path, settings)
        if data is not None:
            return self._checker.check_data(target, profile, data)
        known = self._checker.recall(target, profile)
        return self._checker.check_file(target, profile) if known is None else known

    @cached_property
    def _registry(self) -> Registry:
        from ckptlint.engine.registry import load_registry

        return load_registry()

    @cached_property
    def _discovery(self) -> Discovery:
        from ckptlint.settings.discovery import Discovery
        from ckptlint.settings.variables import layers_of_variables

        return Discovery(self._folder, [*layers_of_variables(self._folder)])

    @cached_property
    def _profiles(self) -> Profiles:
        from ckptlint.engine.profiles import Profiles

        return Profiles(self._registry)

    @cached_property
    def _checker(self) -> Checker:
        from ckptlint.engine.checker import Checker
        from ckptlint.engine.target import Ways

        return Checker(self._registry, Ways(ignore_noqa=self._ignore_noqa, use_cache=True))

    def _excluded_by(self, settings: Settings) -> Patterns:
        excluded = self._excluded.get(id(settings))
        if excluded is None:
            from ckptlint.sources.patterns import Patterns

            excluded = self._excluded[id(settings)] = Patterns(settings.exclude)
        return excluded


def _encoded(lines: Sequence[str]) -> bytes:
    """Give standard input back as the bytes that flake8 has decoded."""
    from io import BytesIO
    from tokenize import detect_encoding

    text = "".join(lines)
    data = text.encode()
    try:
        encoding, _ = detect_encoding(BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        return data  # as flake8 has decoded it
