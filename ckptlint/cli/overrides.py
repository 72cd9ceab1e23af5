"""What options and environment variables say about the settings, as layers over every file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.cli.check_arguments import FILE_SWITCHES, PATTERN_LISTS, RULE_LISTS, SWITCHES
from ckptlint.cli.errors import CallError
from ckptlint.settings.discovery import Discovery
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.layer import Layer
from ckptlint.settings.reading import read_inline
from ckptlint.settings.variables import layers_of_variables
from ckptlint.sources.patterns import first_fault

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from ckptlint.settings.layer import Value

_PLAIN: Final = ("output-format", "cache-dir", "baseline")
_TABLES: Final = ("per-file-ignores", "extend-per-file-ignores")


def discovery_for(options: Namespace, folder: str) -> Discovery:
    """Make what finds the settings of each folder under these options.

    Options win over environment variables, these over ``--config KEY=VALUE``, and all of them
    over settings files. An environment variable that is empty counts as unset.

    Raises
    ------
    CallError, SettingsError
        If ``--config`` or another option is wrong.
    """
    files, inline = [], []
    for text in options.config or ():
        if os.path.isfile(text) or "=" not in text:
            files.append(os.path.abspath(text))
        else:
            inline.append(_inline(text, folder))
    if len(files) > 1:
        raise CallError("`--config` names two settings files; only one can be used")
    if files and options.isolated:
        raise CallError("`--config FILE` and `--isolated` exclude each other")
    return Discovery(
        folder,
        [*inline, *layers_of_variables(folder), Layer("the command line", folder, _given(options))],
        config_file=files[0] if files else None,
        isolated=options.isolated,
    )


def _inline(text: str, folder: str) -> Layer:
    layer = read_inline(text, f"`--config {text}`", folder)
    if "extend" in layer.values:
        raise SettingsError(f"{layer.origin}: `extend` can be set in a settings file only")
    return layer


def _given(options: Namespace) -> dict[str, Value]:
    """Collect the options that override a setting; a command may lack some of them."""
    given = {key: getattr(options, key.replace("-", "_"), None) for key in _keys()}
    values: dict[str, Value] = {}
    for key, value in given.items():
        if value is None:
            continue
        if key in _TABLES:
            table = values[key] = _table(key, _split(value))
            _refuse_faulty(key, (pattern.removeprefix("!") for pattern in table))
        elif isinstance(value, list):
            entries = values[key] = tuple(_split(value))
            if key in PATTERN_LISTS:
                _refuse_faulty(key, entries)
        else:
            values[key] = value
    if values.get("fix") is False:
        values.setdefault("fix-only", False)
    return values


def _keys() -> Iterable[str]:
    return (*RULE_LISTS, *PATTERN_LISTS, *SWITCHES, *FILE_SWITCHES, *_PLAIN, *_TABLES)


def _split(texts: list[str]) -> Iterator[str]:
    """Divide lists at their commas."""
    for text in texts:
        yield from filter(None, map(str.strip, text.split(",")))


def _refuse_faulty(key: str, patterns: Iterable[str]) -> None:
    fault = first_fault(patterns)
    if fault is not None:
        raise CallError(f"`--{key}`: {fault}")


def _table(key: str, pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        pattern, colon, selector = pair.rpartition(":")
        if not (colon and pattern.strip() and selector.strip()):
            raise CallError(f"`--{key}`: `{pair}` is not of the form PATTERN:RULE")
        table[pattern.strip()] = (*table.get(pattern.strip(), ()), selector.strip())
    return table
