"""``ckptlint verify``: prove restarts by running them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ckptlint import __version__
from ckptlint.cli.console import Console, Level
from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.overrides import discovery_for
from ckptlint.cli.report_file import refuse_missing_folder, write_report_file
from ckptlint.cli.verify_arguments import verify_parser
from ckptlint.cli.verify_kept import keep_confirmations
from ckptlint.cli.verify_targets import Asked, asked_of
from ckptlint.engine.proof import why_nothing_runs
from ckptlint.engine.registry import load_registry
from ckptlint.reports.options import ReportOptions
from ckptlint.verify.reports.formats import DEFAULT_FORMAT, FORMATS
from ckptlint.verify.reports.live import LiveTable, Silent
from ckptlint.verify.verdict import Verdict, overall

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ckptlint.engine.result import LocatedFinding
    from ckptlint.settings.discovery import Discovery
    from ckptlint.verify.crew import Crew
    from ckptlint.verify.reports.live import Live
    from ckptlint.verify.verdict import VerifyResult


def run(arguments: Sequence[str]) -> int:
    """Verify targets, and report what was found."""
    options, words = verify_parser().parse(arguments)
    console = Console.of(options)
    folder = os.getcwd()
    discovery = discovery_for(options, folder)
    asked = asked_of(words, options, discovery, console)
    if options.list:
        for request in asked.requests:
            console.write(f"{request.target.label}\n")
        for one in asked.passed_over:
            console.note(f"not run: {one.name}: {one.reason}")
        return ExitCode.CLEAN if asked.requests else ExitCode.FAILURE
    if not asked.requests:
        for one in asked.passed_over:
            console.note(f"not run: {one.name}: {one.reason}")
        raise CallError(f"nothing to verify under {', '.join(words) or 'the current folder'}")
    chosen = FORMATS.find(options.output_format or DEFAULT_FORMAT)
    for path in (options.output_file, *(options.report or ())):
        if path is not None:
            refuse_missing_folder(path)
    _refuse_unwritable_reports(options.report or ())
    if options.scheduler is not None and options.workspace is None:
        raise CallError("`--scheduler` needs a `--workspace` that all workers share")
    require_verifier()
    live: Live = Silent()
    if chosen.for_people and console.level >= Level.NORMAL:
        plain = not sys.stderr.isatty() or os.environ.get("TERM") == "dumb"
        color, width = console.paints(sys.stderr), console.width(sys.stderr)
        live = LiveTable(sys.stderr, color, width, plain)
    result = _verify(asked, options, discovery, live)
    stream = None if options.output_file else sys.stdout
    report = FORMATS.load(chosen.name)(
        result,
        ReportOptions(
            root=folder,
            version=__version__,
            rules=load_registry().rules,
            color=console.paints(stream),
            width=console.width(stream),
        ),
    )
    if options.output_file:
        write_report_file(options.output_file, report)
    else:
        console.write(report)
    _draw(result, options.report or ())
    verdict = overall(one.verdict for one in result.targets)
    if verdict is Verdict.UNPROVEN:
        return ExitCode.FAILURE
    return ExitCode.CLEAN if verdict is Verdict.EXACT else ExitCode.FINDINGS


def require_verifier() -> None:
    """Refuse to verify where what that takes is not installed.

    Raises
    ------
    CallError
        If torch or Earth2Studio is missing, or this system cannot fork.
    """
    reason = why_nothing_runs()
    if reason is not None:
        raise CallError(reason)


def findings_of(
    paths: Sequence[str], discovery: Discovery, contents: dict[str, bytes]
) -> list[LocatedFinding]:
    """Give the static findings of files, under their own settings; note what the files hold.

    What a baseline knows of is among them: that it is known does not make it right.
    """
    from ckptlint.engine.check import CheckRequest, Target, check
    from ckptlint.engine.result import sort_findings
    from ckptlint.settings.reading import shown_path

    targets = [Target(shown_path(path), discovery.of_file(path), True) for path in paths]
    for target in targets:
        with suppress(OSError), open(target.path, "rb") as file:
            contents[target.name] = file.read()
    result = check(CheckRequest(targets))
    return sort_findings([*result.findings, *result.known])


def _verify(asked: Asked, options: Namespace, discovery: Discovery, live: Live) -> VerifyResult:
    from ckptlint.verify.supervision import CannotStart, start_server

    # While the server of child processes imports torch and Earth2Studio, so does this process.
    start_server()
    from ckptlint.verify.device import NoSuchDevice
    from ckptlint.verify.verifier import Verifier

    try:
        with _crew(options, asked) as crew, live:
            contents: dict[str, bytes] = {}
            verifier = Verifier(crew, live, lambda paths: findings_of(paths, discovery, contents))
            result = verifier.verify(asked.requests)
    except (NoSuchDevice, CannotStart) as error:
        raise CallError(str(error)) from error
    keep_confirmations(result.targets, contents, discovery)
    return result._replace(passed_over=asked.passed_over)


def _crew(options: Namespace, asked: Asked) -> Crew:
    from ckptlint.engine.process_start import processors
    from ckptlint.verify.crew import LocalCrew

    limits = asked.requests[0].options.limits
    if options.scheduler is None:
        return LocalCrew(limits, options.jobs or processors())
    from ckptlint.verify.cluster import ClusterCrew, ClusterError

    try:
        return ClusterCrew(options.scheduler, limits, options.workspace)
    except ClusterError as error:
        raise CallError(str(error)) from error


def _refuse_unwritable_reports(paths: Sequence[str]) -> None:
    if not paths:
        return
    from ckptlint.verify.reports.plot import PlotUnavailable, require_report

    for path in paths:
        try:
            require_report(path)
        except (ValueError, PlotUnavailable) as error:
            raise CallError(f"`--report {path}`: {error}") from error


def _draw(result: VerifyResult, paths: Sequence[str]) -> None:
    if not paths:
        return
    from ckptlint.verify.reports.plot import write_report

    for path in paths:
        try:
            write_report(result, path)
        except OSError as error:
            reason = error.strerror or error
            raise CallError(f"cannot write the report to `{path}`: {reason}") from error
