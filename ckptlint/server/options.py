"""What the editor says about the settings, in `initializationOptions` or its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ckptlint.engine.directives import Form
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import Layer
from ckptlint.settings.suggestion import did_you_mean
from ckptlint.settings.validation import validated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.settings.layer import Value

SECTION: Final = "ckptlint"
"""The section of the editor's configuration that is asked for."""

KEYS: Final = ("configuration", "settings", "debounce", "time-limit", "suppress-with")
"""What it can say."""

_FORMS: Final = {"noqa": Form.NOQA, "ignore": Form.IGNORE}


class Options(NamedTuple):
    """What one place of the editor's settings says; None where it says nothing.

    Parameters
    ----------
    configuration : str or None
        A settings file to use instead of any that could be found, from the workspace folder on.
    settings : Mapping[str, Value]
        Settings as ckptlint.toml has them, over those of every file.
    debounce : float or None
        How long a document is left alone after a change that came close upon another: seconds.
    time_limit : float or None
        How long a check may take: seconds.
    suppress_with : Form or None
        Which comment hides a finding on its line.
    """

    configuration: str | None = None
    settings: Mapping[str, Value] = {}
    debounce: float | None = None
    time_limit: float | None = None
    suppress_with: Form | None = None

    def layers(self, origin: str, folder: str) -> tuple[Layer, ...]:
        """Give the settings as a layer, if there are any; relative paths start at `folder`."""
        return (Layer(origin, folder, self.settings),) if self.settings else ()


def read_options(given: object, origin: str, *, refuses_unknown: bool = True) -> Options:
    """Read what the editor says; what is null counts as unset.

    Parameters
    ----------
    given : object
        The object as it came.
    origin : str
        The place, for the beginning of messages.
    refuses_unknown : bool
        Whether an unknown key is an error; an editor's configuration holds keys of its extension.

    Raises
    ------
    SettingsError
        If a key is unknown, or its value is wrong.
    """
    if given is None:
        return Options()
    if not isinstance(given, dict):
        raise SettingsError(f"{origin}: expected an object, not {_named(given)}")
    table: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    for key in table:
        if key not in KEYS and refuses_unknown:
            raise SettingsError(f"{origin}: unknown option `{key}`{did_you_mean(key, KEYS)}")
    configuration = table.get("configuration")
    if not isinstance(configuration, str | None):
        raise SettingsError(
            f"{origin}: `configuration` must be the path of a settings file, "
            f"not {_named(configuration)}"
        )
    milliseconds = _number(table.get("debounce"), f"{origin}: `debounce`", "milliseconds")
    return Options(
        configuration or None,
        _settings(table.get("settings"), origin),
        None if milliseconds is None else milliseconds / 1000,
        _number(table.get("time-limit"), f"{origin}: `time-limit`", "seconds"),
        _form(table.get("suppress-with"), origin),
    )


def _settings(given: object, origin: str) -> Mapping[str, Value]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise SettingsError(f"{origin}: `settings` must be an object, not {_named(given)}")
    table = {key: value for key, value in given.items() if value is not None}
    values = validated(table, lambda _: origin)
    if "extend" in values:
        raise SettingsError(f"{origin}: `extend` can be set in a settings file only")
    return values


def _form(given: object, origin: str) -> Form | None:
    if given is None:
        return None
    if not isinstance(given, str) or given not in _FORMS:
        named = _named(given)
        raise SettingsError(f'{origin}: `suppress-with` must be "noqa" or "ignore", not {named}')
    return _FORMS[given]


def _number(given: object, place: str, unit: str) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 1e6:
        raise SettingsError(f"{place} must be a number of {unit}, not {_named(given)}")
    return float(given)


def _named(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'the string "{value}"'
        case int() | float():
            return f"the number {value}"
        case None:
            return "null"
        case dict():
            return "an object"
        case _:
            return "a list"
