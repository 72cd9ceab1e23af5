"""Settings files and ``KEY = VALUE`` texts, read into layers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import Layer, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ckptlint.settings.layer import Value

FILE_NAMES: Final = ("ckptlint.toml", ".ckptlint.toml", "pyproject.toml")
"""The names of settings files, the one that wins within a folder first."""


def read_file(path: str, base: str) -> Layer | None:
    """Read one settings file.

    Parameters
    ----------
    path : str
        The file's absolute path; a ``pyproject.toml`` has its settings in ``[tool.ckptlint]``.
    base : str
        The absolute folder at which its relative paths start.

    Returns
    -------
    Layer or None
        None for a ``pyproject.toml`` without that table.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, IsADirectoryError
        If there is no such file.
    SettingsError
        If the file cannot be read, is no TOML, or holds a wrong setting.
    """
    shown = shown_path(path)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise
    except OSError as error:
        raise SettingsError(f"{shown}: cannot read the settings: {error.strerror}") from error
    in_pyproject = os.path.basename(path) == "pyproject.toml"
    if in_pyproject and b"ckptlint" not in content:
        return None
    text = _decoded(content, shown)
    table: object = _parsed(text, shown)
    header: tuple[str, ...] = ("tool", "ckptlint") if in_pyproject else ()
    for depth, name in enumerate(header, start=1):
        if not isinstance(table, dict) or name not in table:
            return None
        table = table[name]
        if not isinstance(table, dict):
            raise SettingsError(f"{shown}: `{'.'.join(header[:depth])}` must be a table")
    assert isinstance(table, dict)
    prefix = "".join(f"{name}." for name in header)
    lines = _lines(text, prefix, table)
    values = _validated(table, lambda key: place_of(shown, lines, key), prefix)
    return Layer(shown, base, values, lines)


def read_inline(text: str, origin: str, base: str) -> Layer:
    """Read settings given as a TOML text, such as ``select = ["CKP1"]``.

    Raises
    ------
    SettingsError
        If the text is no TOML or holds a wrong setting.
    """
    return Layer(origin, base, _validated(_parsed(text, origin), lambda _: origin))


def shown_path(path: str) -> str:
    """Shorten an absolute path to one from the current folder if it lies in it."""
    folder = os.getcwd()
    inside = folder if folder.endswith(os.sep) else folder + os.sep
    return path[len(inside) :] if path.startswith(inside) else path


def _decoded(content: bytes, shown: str) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{shown}:{line}: a settings file must be UTF-8, "
            f"and byte 0x{content[error.start]:02x} is not"
        ) from error


def _parsed(text: str, origin: str) -> Mapping[str, object]:
    import tomli

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SettingsError(
            f"{origin}:{error.lineno}:{error.colno}: invalid TOML: {_lowered(error.msg)}"
        ) from error


def _validated(
    table: Mapping[str, object], place: Callable[[str], str], prefix: str = ""
) -> dict[str, Value]:
    # The declarations of all settings are imported only where there is one to validate.
    from ckptlint.settings.validation import validated

    return validated(table, place, prefix)


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _lines(text: str, prefix: str, keys: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Find the first line on which each key is set, as far as a plain search can."""
    wanted, found, table = set(keys), dict[str, int](), ""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            name = stripped.strip("[").partition("]")[0]
            table = name.replace('"', "").replace(" ", "") + "."
            key = table.removeprefix(prefix).partition(".")[0] if table.startswith(prefix) else ""
        else:
            name, equals, _ = stripped.partition("=")
            key = name.partition(".")[0].strip().strip("\"'") if equals and table == prefix else ""
        if key in wanted:
            found.setdefault(key, number)
    return tuple(found.items())
