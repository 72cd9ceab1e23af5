"""Settings as TOML gives them, compared with what each may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.settings.device_names import is_device
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import VerifyEntry
from ckptlint.settings.options import OPTIONS, Option, OptionKind
from ckptlint.settings.suggestion import did_you_mean
from ckptlint.sources.patterns import first_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ckptlint.settings.layer import Value


def validated(
    raw: Mapping[str, object], place: Callable[[str], str], prefix: str = ""
) -> dict[str, Value]:
    """Check settings as TOML gives them, and make them immutable.

    Parameters
    ----------
    raw : Mapping[str, object]
        The table as it was read.
    place : callable
        Tells for a key where it stands, for the beginning of a message: ``FILE:LINE``.
    prefix : str
        What stands before each key, as in ``tool.ckptlint.``.

    Raises
    ------
    SettingsError
        If a key is unknown or its value has the wrong type.
    """
    values: dict[str, Value] = {}
    for key, value in raw.items():
        option = OPTIONS.get(key)
        if option is None:
            hint = did_you_mean(key, OPTIONS) or "; `ckptlint config` lists them all"
            raise SettingsError(f"{place(key)}: unknown setting `{prefix}{key}`{hint}")
        checked = _checked(option, value)
        if checked is None:
            raise SettingsError(
                f"{place(key)}: `{prefix}{key}` must be {option.kind.expectation}, "
                f"not {_describe(option, value)}"
            )
        fault = _fault_of_patterns(option, checked)
        if fault is not None:
            raise SettingsError(f"{place(key)}: `{prefix}{key}`: {fault}")
        values[key] = checked
    return values


def _checked(option: Option, value: object) -> Value | None:
    match option.kind:
        case OptionKind.BOOLEAN:
            return value if isinstance(value, bool) else None
        case OptionKind.STRING:
            return value if isinstance(value, str) else None
        case OptionKind.VERSION:
            from ckptlint.program.api.version import is_version

            return value if isinstance(value, str) and is_version(value) else None
        case OptionKind.STRINGS | OptionKind.PATTERNS | OptionKind.SELECTORS:
            return _strings(value)
        case OptionKind.TARGETS:
            return _targets(value)
        case OptionKind.SELECTOR_TABLE:
            if not isinstance(value, dict):
                return None
            table = {pattern: _strings(entry) for pattern, entry in value.items()}
            complete = {pattern: entry for pattern, entry in table.items() if entry is not None}
            return complete if len(complete) == len(table) else None


_LISTS: Final = (OptionKind.STRINGS, OptionKind.PATTERNS, OptionKind.SELECTORS)


def _fault_of_patterns(option: Option, value: Value) -> str | None:
    """Say what is wrong with the first file pattern that cannot be used."""
    if option.kind is OptionKind.PATTERNS:
        assert isinstance(value, tuple)
        return first_fault(pattern for pattern in value if isinstance(pattern, str))
    if option.kind is OptionKind.SELECTOR_TABLE:
        assert isinstance(value, dict)
        return first_fault(pattern.removeprefix("!") for pattern in value)
    return None


_TARGET_KEYS: Final[dict[str, tuple[type, ...]]] = {
    "target": (str,),
    "steps": (int,),
    "device": (str,),
    "initial-condition": (str,),
    "members": (int,),
    "tolerance": (int, float),
}
"""What an entry of `verify` may say, and of which types. A number must not be negative."""


def _targets(value: object) -> tuple[VerifyEntry, ...] | None:
    if not isinstance(value, list) or any(_fault_of_target(entry) for entry in value):
        return None
    return tuple(
        VerifyEntry(**{key.replace("-", "_"): held for key, held in entry.items()})
        for entry in value
    )


def _fault_of_target(entry: object) -> str | None:
    """Say what is wrong with one entry of `verify`; None if nothing is."""
    if not isinstance(entry, dict):
        return _plain(entry)
    for key, held in entry.items():
        kinds = _TARGET_KEYS.get(key)
        if kinds is None:
            return f"an entry with the unknown key `{key}`{did_you_mean(key, _TARGET_KEYS)}"
        if isinstance(held, bool) or not isinstance(held, kinds):
            return f"an entry whose `{key}` is {_plain(held)}"
        if isinstance(held, int | float):
            least = 0 if key == "tolerance" else 1
            if not least <= held < float("inf"):
                return f"an entry whose `{key}` is {_plain(held)}"
        if key == "device" and not is_device(str(held)):
            return f"an entry whose `{key}` is {_plain(held)}"
    return None if "target" in entry else "an entry without a `target`"


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return tuple(value)
    return None


def _describe(option: Option, value: object) -> str:
    """Say what `value` is, down to the entry that is wrong."""
    if isinstance(value, list) and option.kind in _LISTS:
        wrong = next(entry for entry in value if not isinstance(entry, str))
        return f"a list with {_describe(option, wrong)} in it"
    if isinstance(value, list) and option.kind is OptionKind.TARGETS:
        return next(filter(None, map(_fault_of_target, value)))
    if isinstance(value, dict) and option.kind is OptionKind.SELECTOR_TABLE:
        pattern = next(pattern for pattern, entry in value.items() if _strings(entry) is None)
        return f'a table whose "{pattern}" is {_plain(value[pattern])}'
    return _plain(value)


def _plain(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'the string "{value}"'
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return f"the date or time {value}"
