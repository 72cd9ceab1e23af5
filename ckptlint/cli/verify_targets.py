"""Which targets a call of ``verify`` means, each with how it is verified."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING, Any, NamedTuple

from ckptlint.cli.errors import CallError
from ckptlint.cli.targets import find_inputs
from ckptlint.cli.verify_arguments import CHECKS
from ckptlint.settings.suggestion import did_you_mean
from ckptlint.verify.case import MEBIBYTE, Limits
from ckptlint.verify.options import Request, VerifyOptions
from ckptlint.verify.target import UnknownTarget, parse_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.cli.console import Console
    from ckptlint.settings.discovery import Discovery
    from ckptlint.settings.layer import VerifyEntry
    from ckptlint.settings.settings import Settings
    from ckptlint.verify.target import Reference
    from ckptlint.verify.verdict import PassedOver


class Asked(NamedTuple):
    """What is to be verified, and what was found that cannot be."""

    requests: tuple[Request, ...]
    passed_over: tuple[PassedOver, ...] = ()


def asked_of(
    words: Sequence[str], options: Namespace, discovery: Discovery, console: Console
) -> Asked:
    """Find what the words of a call mean: targets, and paths to search for targets.

    Raises
    ------
    CallError
        If a target, a path or a check does not exist.
    """
    folder = os.getcwd()
    settings = discovery.of_folder(folder)
    common = _common(options, settings)
    named = [word for word in words if ":" in word and not os.path.exists(word)]
    paths = [word for word in words if word not in named]
    requests = [_named(word, common, options, settings) for word in named]
    if not words and settings.verify:
        requests = [_of_entry(entry, common, options, settings) for entry in settings.verify]
    elif paths or not words:
        return _searched(paths, requests, common, options, discovery, console)
    return Asked(tuple(requests))


def _searched(
    paths: Sequence[str],
    requests: list[Request],
    common: VerifyOptions,
    options: Namespace,
    discovery: Discovery,
    console: Console,
) -> Asked:
    from ckptlint.verify.discovery import find_targets

    inputs = find_inputs(paths, None, discovery, console)
    if inputs.exit_code:
        raise CallError("not all that was named could be searched")
    found = find_targets((target.path, target.settings) for target in inputs.targets)
    settings = discovery.of_folder(os.getcwd())
    for target in found.targets:
        entry = next((one for one in settings.verify if _is_of(one, target)), None)
        chosen = common if entry is None else _with_entry(common, entry, options, settings.src)
        requests.append(Request(target, chosen))
    return Asked(tuple(requests), tuple(found.passed_over))


def _is_of(entry: VerifyEntry, target: Reference) -> bool:
    file, colons, name = entry.target.partition("::")
    path = os.path.normpath(os.path.join(entry.base, os.path.expanduser(file)))
    return bool(colons) and (path, name) == (target.path, target.name)


def _named(word: str, common: VerifyOptions, options: Namespace, settings: Settings) -> Request:
    target = _parsed(word, os.getcwd(), settings.src, word)
    entry = next(
        (one for one in settings.verify if _is_of(one, target) or one.target == word), None
    )
    return Request(
        target, common if entry is None else _with_entry(common, entry, options, settings.src)
    )


def _of_entry(
    entry: VerifyEntry, common: VerifyOptions, options: Namespace, settings: Settings
) -> Request:
    where = f"{', '.join(settings.files)}: `verify`"
    target = _parsed(entry.target, entry.base, settings.src, where)
    return Request(target, _with_entry(common, entry, options, settings.src))


def requests_of_settings(settings: Settings) -> list[Request]:
    """Give the targets that settings name, with what they say of each.

    Raises
    ------
    CallError
        If one of them does not exist.
    """
    return [_of_entry(entry, VerifyOptions(), Namespace(), settings) for entry in settings.verify]


def _with_entry(
    common: VerifyOptions, entry: VerifyEntry, options: Namespace, folders: tuple[str, ...]
) -> VerifyOptions:
    """Let an entry of the settings say what the command line does not."""
    said: dict[str, Any] = {
        "steps": entry.steps,
        "device": entry.device,
        "members": entry.members,
        "tolerance": entry.tolerance,
    }
    if entry.initial_condition is not None:
        where = f"`verify` of `{entry.target}`: `initial-condition`"
        said["initial_condition"] = _parsed(entry.initial_condition, entry.base, folders, where)
    changed = {
        key: value
        for key, value in said.items()
        if value is not None and getattr(options, key, None) is None
    }
    return common._replace(**changed)


def _common(options: Namespace, settings: Settings) -> VerifyOptions:
    """Give what the command line says of every target."""
    limits = Limits()
    if options.timeout is not None:
        limits = limits._replace(seconds=options.timeout)
    if options.memory is not None:
        limits = limits._replace(memory=int(options.memory * 1024 * MEBIBYTE))
    workspace = _folder(options.workspace)
    limits = limits._replace(scratch=workspace)
    condition = options.initial_condition
    given: dict[str, Any] = {
        "device": options.device,
        "steps": options.steps,
        "stops": options.stops,
        "kills": options.kills,
        "members": options.members,
        "tolerance": options.tolerance,
        "seed": options.seed,
        "jobs": options.jobs,
        "workspace": workspace,
        "checks": _checks(options.checks),
    }
    if condition is not None:
        given["initial_condition"] = _parsed(
            condition, os.getcwd(), settings.src, "`--initial-condition`"
        )
    chosen = {key: value for key, value in given.items() if value is not None}
    return VerifyOptions(limits=limits)._replace(**chosen)


def _checks(texts: Sequence[str] | None) -> tuple[str, ...] | None:
    if texts is None:
        return None
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    for name in names:
        if name not in CHECKS:
            hint = did_you_mean(name, CHECKS) or f"; there are {', '.join(CHECKS)}"
            raise CallError(f"`--checks`: unknown check `{name}`{hint}")
    if not names:
        raise CallError("`--checks` names no check")
    return tuple(names)


def _folder(path: str | None) -> str | None:
    if path is not None and not os.path.isdir(path):
        raise CallError(f"`--workspace`: there is no folder `{path}`")
    return None if path is None else os.path.abspath(path)


def _parsed(text: str, base: str, folders: tuple[str, ...], where: str) -> Reference:
    try:
        return parse_target(text, base, folders)
    except UnknownTarget as error:
        prefix = "" if text == where else f"{where}: "
        raise CallError(f"{prefix}{error}") from error
