"""What the editor says about settings is read, or refused by name."""

from __future__ import annotations

import pytest

from ckptlint.engine.directives import Form
from ckptlint.server.options import Options, read_options
from ckptlint.settings.errors import SettingsError


def test_all_that_can_be_said() -> None:
    given = {
        "configuration": "~/ckptlint.toml",
        "settings": {"select": ["CKP2"], "preview": True, "ignore": None},
        "debounce": 50,
        "time-limit": 1.5,
        "suppress-with": "ignore",
    }
    settings = {"select": ("CKP2",), "preview": True}
    said = read_options(given, "X")
    assert said == Options("~/ckptlint.toml", settings, 0.05, 1.5, Form.IGNORE)
    assert read_options({"suppress-with": "noqa"}, "X").suppress_with is Form.NOQA


@pytest.mark.parametrize("given", [None, {}, {"configuration": None, "settings": None}])
def test_nothing_is_said(given: object) -> None:
    assert read_options(given, "X") == Options()


def test_an_editors_own_keys_are_passed_over() -> None:
    given = {"path": "ckptlint", "debounce": 0}
    assert read_options(given, "X", refuses_unknown=False) == Options(debounce=0.0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "X: expected an object, not a list"),
        ({"setings": {}}, "X: unknown option `setings` (did you mean `settings`?)"),
        ({"settings": []}, "X: `settings` must be an object, not a list"),
        (
            {"settings": {"ignore": "CKP3"}},
            "X: `ignore` must be a list of rule codes, code prefixes or rule names, "
            'not the string "CKP3"',
        ),
        (
            {"settings": {"ignroe": []}},
            "X: unknown setting `ignroe` (did you mean `ignore`?)",
        ),
        ({"settings": {"extend": "a.toml"}}, "X: `extend` can be set in a settings file only"),
        (
            {"configuration": True},
            "X: `configuration` must be the path of a settings file, not `true`",
        ),
        ({"debounce": -1}, "X: `debounce` must be a number of milliseconds, not the number -1"),
        ({"debounce": True}, "X: `debounce` must be a number of milliseconds, not `true`"),
        (
            {"suppress-with": "NOQA"},
            'X: `suppress-with` must be "noqa" or "ignore", not the string "NOQA"',
        ),
        ({"suppress-with": []}, 'X: `suppress-with` must be "noqa" or "ignore", not a list'),
        ({"time-limit": "1"}, 'X: `time-limit` must be a number of seconds, not the string "1"'),
    ],
)
def test_what_is_wrong_is_named(given: object, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_options(given, "X")
    assert str(error.value) == message
