"""The baseline as a file: JSON that is sorted, that people can read, and that merges well."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from ckptlint.engine.baseline import Baseline, Entry
from ckptlint.rule import Confidence
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.reading import shown_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_VERSION: Final = 1
_VERSION_KEY: Final = "ckptlint-baseline"
_FINDINGS_KEY: Final = "findings"
_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    "path": (str, "a string"),
    "code": (str, "a string"),
    "text": (str, "a string"),
    "message": (str, "a string"),
    "confidence": (str, '"high" or "low"'),
    "count": (int, "a whole number above zero"),
}


def read_baseline(path: str) -> Baseline:
    """Read a baseline file.

    Raises
    ------
    SettingsError
        If it is not there, cannot be read, or is no baseline that this version understands.
    """
    shown = shown_path(path)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        raise SettingsError(
            f"{shown}: there is no such baseline; `--write-baseline` writes it"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{shown}: cannot read the baseline: {error.strerror or error}"
        ) from error
    return Baseline(path, _Content(shown, data).entries())


def state_of(path: str) -> tuple[int, int, int] | None:
    """Give what changes when the file at `path` does; None where there is none."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def baseline_bytes(baseline: Baseline) -> bytes:
    """Give the content of the file: sorted, and the same for the same findings."""
    written = [_written(entry, count) for entry, count in sorted(baseline.entries.items())]
    content = {_VERSION_KEY: _VERSION, _FINDINGS_KEY: written}
    try:
        return _text(content, ascii_only=False).encode()
    except UnicodeEncodeError:  # the name of a file may hold bytes that are no text
        return _text(content, ascii_only=True).encode()


def _text(content: Mapping[str, Any], *, ascii_only: bool) -> str:
    return json.dumps(content, indent=2, ensure_ascii=ascii_only) + "\n"


def _written(entry: Entry, count: int) -> dict[str, Any]:
    confidence = {} if entry.is_sure else {"confidence": Confidence.LOW.value}
    return {
        "path": entry.path,
        "code": entry.code,
        "text": entry.text,
        "message": entry.message,
        **confidence,
        "count": count,
    }


class _Content:
    """The content of one baseline file; `shown` is its name in messages."""

    def __init__(self, shown: str, data: bytes) -> None:
        self._shown = shown
        self._raw = self._decoded(data)

    def entries(self) -> Counter[Entry]:
        """Give the entries of the file."""
        try:
            content = json.loads(self._raw)
        except json.JSONDecodeError as error:
            place = f"{self._shown}:{error.lineno}:{error.colno}"
            message = f"{error.msg[:1].lower()}{error.msg[1:]}"
            raise SettingsError(f"{place}: the baseline is not valid JSON: {message}") from error
        except (ValueError, RecursionError) as error:
            raise SettingsError(f"{self._shown}: not readable as JSON: {error}") from error
        version = content.get(_VERSION_KEY) if isinstance(content, dict) else None
        if version is None:
            raise self._wrong((), f"this is no baseline of ckptlint: it has no `{_VERSION_KEY}`")
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            raise self._wrong((_VERSION_KEY,), f"`{_VERSION_KEY}` must be a whole number")
        if version > _VERSION:
            raise self._wrong(
                (_VERSION_KEY,),
                f"a newer ckptlint has written this baseline: its version is {version}, "
                f"and this one reads {_VERSION}",
            )
        found = content.get(_FINDINGS_KEY)
        if not isinstance(found, list):
            raise self._wrong((), f"the baseline has no list of `{_FINDINGS_KEY}`")
        entries: Counter[Entry] = Counter()
        for index, values in enumerate(found):
            entry, count = self._entry(index, values)
            entries[entry] += count
        return entries

    def _entry(self, index: int, values: object) -> tuple[Entry, int]:
        if not isinstance(values, dict):
            raise self._wrong((_FINDINGS_KEY, index), "an entry of the baseline must be an object")
        for key, value in values.items():
            place = (_FINDINGS_KEY, index, key)
            if key not in _KINDS:
                from ckptlint.settings.suggestion import did_you_mean

                hint = did_you_mean(key, _KINDS)
                raise self._wrong(place, f"unknown key `{key}` in an entry of the baseline{hint}")
            if not _is_valid(key, value):
                raise self._wrong(place, f"`{key}` must be {_KINDS[key][1]}")
        missing = [key for key in _KINDS if key not in values and key != "confidence"]
        if missing:
            raise self._wrong(
                (_FINDINGS_KEY, index), f"an entry of the baseline has no `{missing[0]}`"
            )
        is_sure = values.get("confidence") != Confidence.LOW.value
        entry = Entry(values["path"], values["code"], values["text"], values["message"], is_sure)
        return entry, values["count"]

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise SettingsError(
                f"{self._shown}:{line}: a baseline must be UTF-8, "
                f"and byte 0x{data[error.start]:02x} is not"
            ) from error

    def _wrong(self, place: Sequence[str | int], message: str) -> SettingsError:
        """Make the error of what stands at `place`, the keys and indexes that lead to it."""
        from ckptlint.sources.json_text import elements, members, skip_space

        at = skip_space(self._raw, 0)
        for step in place:
            if isinstance(step, str):
                at = members(self._raw, at)[step][0]
            else:
                at = elements(self._raw, at)[step][0]
        line = self._raw.count("\n", 0, at) + 1
        return SettingsError(f"{self._shown}:{line}: {message}")


def _is_valid(key: str, value: object) -> bool:
    if key == "confidence":
        return value in {one.value for one in Confidence}
    if key == "count":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, _KINDS[key][0])
