"""``ckptlint check``: find restart mistakes, report them, fix them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from time import time_ns
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.cli.check_arguments import check_parser
from ckptlint.cli.console import Console
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.output import write_bytes
from ckptlint.cli.overrides import discovery_for
from ckptlint.cli.progress import Progress
from ckptlint.cli.reporting import Reporter
from ckptlint.cli.targets import find_inputs
from ckptlint.engine.check import CheckRequest, FixMode, check, check_text
from ckptlint.engine.day import Validity, today
from ckptlint.engine.registry import load_registry
from ckptlint.engine.replay import Replayed, names_beside, record
from ckptlint.engine.watching import watched_paths
from ckptlint.reports.format_table import UnknownFormat
from ckptlint.reports.formats import FORMATS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ckptlint.cli.targets import Inputs
    from ckptlint.engine.result import CheckResult
    from ckptlint.settings.discovery import Discovery
    from ckptlint.settings.settings import Settings


def run(arguments: Sequence[str], call: Sequence[str]) -> int:
    """Check files and folders, or what stdin holds.

    `call` is what the user typed after ``ckptlint``: `arguments`, or with ``check`` before them.
    """
    options, words = check_parser().parse(arguments)
    if options.watch:
        from ckptlint.cli.watch import watch

        return watch(options, words)
    discovery = discovery_for(options, _current_folder())
    return check_once(options, words, discovery, Console.of(options), call).exit_code


class Checked(NamedTuple):
    """One run of ``check``.

    Parameters
    ----------
    exit_code : ExitCode
        What the run as a whole came to.
    inputs : Inputs
        What was to be checked.
    result : CheckResult or None
        What was found; None if the user wanted something else.
    """

    exit_code: ExitCode
    inputs: Inputs
    result: CheckResult | None = None


def check_once(
    options: Namespace,
    words: Sequence[str],
    discovery: Discovery,
    console: Console,
    call: Sequence[str] | None = None,
) -> Checked:
    """Check what the words mean, write the report, and keep the run under its `call`, if given."""
    started = time_ns()
    folder = _current_folder()
    settings = discovery.of_folder(folder)
    _refuse_unknown_format(settings)
    console.detail(f"Settings: {', '.join(settings.files) or 'no file, so the defaults hold'}")
    beside_the_cache = names_beside(settings.cache_dir)
    inputs = find_inputs(words, options.stdin_filename, discovery, console)
    if options.show_files:
        from ckptlint.cli.showing import file_listing

        console.write(file_listing(inputs.targets))
        return Checked(inputs.exit_code, inputs)
    day = today()
    registry = load_registry()
    if options.show_settings:
        from ckptlint.cli.showing import settings_listing

        if inputs.targets:
            console.write(settings_listing(inputs.targets[0], registry))
        return Checked(inputs.exit_code, inputs)
    fix_mode = _fix_mode(options, settings)
    _refuse_unusable_proof(options, fix_mode, inputs)
    if _writes_findings(options):
        from ckptlint.cli.old_findings import refuse_unusable_options

        refuse_unusable_options(options, inputs)
    fixes_input = inputs.data is not None and fix_mode is FixMode.WRITE
    stream = sys.stderr if fixes_input else sys.stdout
    reporter = Reporter(console, options, settings, registry.rules, fix_mode, stream)
    with Progress(console) as progress:
        request = CheckRequest(
            inputs.targets,
            fix_mode,
            options.ignore_noqa,
            registry,
            progress.callback,
            use_cache=not options.no_cache,
            processes=options.jobs,
            today=day,
        )
        if options.write_baseline:
            from ckptlint.cli.write_baseline import write_baselines

            result = write_baselines(request, console)
        elif options.add_noqa is not None:
            from ckptlint.cli.add_noqa import add_noqa

            result = add_noqa(request, options.add_noqa, console)
        elif options.prove:
            from ckptlint.cli.prove import prove_fixes

            result = prove_fixes(request, options, console)
        elif inputs.data is None or not inputs.targets:
            result = check(request)
        else:
            result = check_text(inputs.data, inputs.targets[0], request)
    console.detail(f"Checked {result.files} files in {(time_ns() - started) / 1e9:.2f} s")
    if inputs.data is not None and fixes_input:
        write_bytes(sys.stdout, result.diffs[0].data if result.diffs else inputs.data)
    if inputs.targets:
        reporter.write(result, is_whole=inputs.exit_code is not ExitCode.FAILURE)
    for fault in result.faults:
        console.error(fault)
    for warning in result.warnings:
        console.warn(warning)
    if result.mended:
        from ckptlint.cli.write_baseline import mended_lines

        for line in mended_lines(result):
            console.warn(line)
    exit_code = max(inputs.exit_code, _exit_code(options, settings, fix_mode, result))
    is_whole = exit_code is not ExitCode.FAILURE
    if call is not None and is_whole and _is_repeatable(options, fix_mode, inputs):
        run = Replayed("".join(console.stdout_texts), "".join(console.stderr_texts), exit_code)
        watched = watched_paths(result, inputs.targets, registry) | inputs.looked_at
        with suppress(OSError, UnicodeError):  # what cannot be kept is worked out again
            validity = Validity.of(result.last_days, day)
            record(call, run, watched, started, settings.cache_dir, beside_the_cache, validity)
    return Checked(exit_code, inputs, result)


def _is_repeatable(options: Namespace, fix_mode: FixMode, inputs: Inputs) -> bool:
    """Tell whether the call, made again over unchanged files, would do nothing but say the same."""
    writes = fix_mode is FixMode.WRITE or options.output_file is not None
    is_new = options.prove or options.no_cache or options.verbose
    return not (writes or is_new or inputs.data is not None or _writes_findings(options))


def _writes_findings(options: Namespace) -> bool:
    """Tell whether what is found is to be written down, and nothing fixed."""
    return options.write_baseline or options.add_noqa is not None


def _refuse_unusable_proof(options: Namespace, fix_mode: FixMode, inputs: Inputs) -> None:
    if options.device is not None and not options.prove:
        raise CallError("`--device` goes with `--prove`")
    if not options.prove:
        return
    if fix_mode is FixMode.NONE:
        raise CallError("`--prove` goes with `--fix` or `--diff`")
    if inputs.data is not None:
        raise CallError("`--prove` runs files, and cannot be joined with `-`")
    if options.device == "rehearse":
        raise CallError("`--prove` compares values, which a rehearsal has none of")


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError as error:
        raise CallError(f"the current folder cannot be read: {error.strerror}") from error


def _refuse_unknown_format(settings: Settings) -> None:
    try:
        FORMATS.find(settings.output_format)
    except UnknownFormat as error:
        raise CallError(f"{settings.output_format_origin}: {error}") from error


def _fix_mode(options: Namespace, settings: Settings) -> FixMode:
    if options.diff:
        return FixMode.DIFF
    if _writes_findings(options):
        return FixMode.NONE
    return FixMode.WRITE if settings.fix or settings.fix_only else FixMode.NONE


def _exit_code(
    options: Namespace, settings: Settings, fix_mode: FixMode, result: CheckResult
) -> ExitCode:
    if result.faults:
        return ExitCode.FAILURE
    changed = bool(result.fixed) and (options.exit_non_zero_on_fix or fix_mode is FixMode.DIFF)
    silent = settings.fix_only or fix_mode is FixMode.DIFF
    found = bool(result.findings) and not silent
    return ExitCode.FINDINGS if (changed or found) and not options.exit_zero else ExitCode.CLEAN
