"""Settings files and ``KEY = VALUE`` texts, read into layers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import Layer, validated

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    header = ""
    if in_pyproject:
        header = "tool.ckptlint"
        for name in ("tool", "ckptlint"):
            if not isinstance(table, dict):
                raise SettingsError(f"{shown}: `{header}` must be a table")
            if name not in table:
                return None
            table = table[name]
    if not isinstance(table, dict):
        raise SettingsError(f"{shown}: `{header}` must be a table")
    return Layer(
        shown,
        base,
        validated(
            table, lambda key: _place(shown, text, header, key), f"{header}." if header else ""
        ),
    )


def read_inline(text: str, origin: str, base: str) -> Layer:
    """Read settings given as a TOML text, such as ``select = ["CKP1"]``.

    Raises
    ------
    SettingsError
        If the text is no TOML or holds a wrong setting.
    """
    return Layer(origin, base, validated(_parsed(text, origin), lambda _: origin))


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


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _place(shown: str, text: str, header: str, key: str) -> str:
    """Name the file, and the line on which `key` is set if a plain search finds it."""
    current = ""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            current = stripped.strip("[]").partition("]")[0].replace('"', "").replace(" ", "")
            if current == f"{header}.{key}".removeprefix("."):
                return f"{shown}:{number}"
        elif current == header:
            name = stripped.partition("=")[0].strip().strip("\"'").partition(".")[0].strip()
            if name == key and "=" in stripped:
                return f"{shown}:{number}"
    return shown
