"""The result of a run, written where the user wants it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ckptlint import __version__
from ckptlint.cli.console import Level
from ckptlint.cli.errors import CallError
from ckptlint.cli.report_file import refuse_missing_folder, write_report_file
from ckptlint.engine.check import FixMode
from ckptlint.engine.result import CheckResult
from ckptlint.reports import summary
from ckptlint.reports.formats import FORMATS
from ckptlint.reports.options import ReportOptions
from ckptlint.reports.summary import Mode

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import TextIO

    from ckptlint.cli.console import Console
    from ckptlint.rule import Rule
    from ckptlint.settings.settings import Settings


class Reporter:
    """Writes the report of one run.

    Parameters
    ----------
    console : Console
        Where to write.
    options : Namespace
        What the command line says.
    settings : Settings
        The settings of the current folder.
    rules : Sequence[Rule]
        The rules there are.
    fix_mode : FixMode
        What becomes of the fixes.
    stream : TextIO
        Where the report goes unless the user names a file.

    Raises
    ------
    CallError
        If the options contradict each other, or the named file cannot be written.
    """

    def __init__(
        self,
        console: Console,
        options: Namespace,
        settings: Settings,
        rules: Sequence[Rule],
        fix_mode: FixMode,
        stream: TextIO,
    ) -> None:
        self._console = console
        self._settings = settings
        self._rules = rules
        self._stream = stream
        self._format = FORMATS.find(settings.output_format)
        self._counts_only: bool = options.statistics
        self._file: str | None = options.output_file
        self._mode = Mode.FIX_ONLY if settings.fix_only else Mode.CHECK
        if fix_mode is FixMode.DIFF:
            self._mode = Mode.DIFF
        if self._counts_only and not (self._format.for_people or self._format.name == "json"):
            raise CallError(
                f"`--statistics` can be written as text or as json, not as {self._format.name}"
            )
        if self._file is not None:
            refuse_missing_folder(self._file)

    def write(self, result: CheckResult, is_whole: bool = True) -> None:
        """Write the report, or with ``--diff`` the differences; the latter's sum goes to stderr.

        `is_whole` tells whether all that the user named could be looked at. If not, or if
        something failed, nobody is told that all is well.
        """
        options = self._report_options(None if self._file else self._stream)
        if self._mode is Mode.DIFF:
            from ckptlint.reports import diff

            terminal = not self._file and self._stream.isatty()
            self._emit(diff.render(result.diffs, color=options.color, terminal=terminal))
            if self._console.level >= Level.NORMAL:
                told = self._report_options(sys.stderr)
                self._console.write(summary.render(result, told, self._mode), sys.stderr)
            return
        text = self._body(result, options)
        failed = not text and (bool(result.faults) or not is_whole)
        if self._format.for_people and self._console.level >= Level.NORMAL and not failed:
            text += summary.render(result, options, self._mode)
        self._emit(text)
        if result.known and not self._format.for_people:
            self._console.note(summary.known_line(result).strip())

    def _body(self, result: CheckResult, options: ReportOptions) -> str:
        if self._mode is Mode.FIX_ONLY:
            result = CheckResult(
                fixed=result.fixed,
                diffs=result.diffs,
                faults=result.faults,
                warnings=result.warnings,
                files=result.files,
                proved=result.proved,
            )
        if not (result.findings or result.proved) and self._format.for_people:
            return ""
        if not self._counts_only:
            return FORMATS.load(self._format.name)(result, options)
        from ckptlint.reports import statistics

        if self._format.name == "json":
            return statistics.render_json(result, options)
        return statistics.render_table(result, options)

    def _report_options(self, stream: TextIO | None) -> ReportOptions:
        """Say how to write to `stream`, or to a file."""
        return ReportOptions(
            root=os.getcwd(),
            version=__version__,
            rules=self._rules,
            color=self._console.paints(stream),
            hyperlinks=self._console.links(stream),
            width=self._console.width(stream),
            show_fixes=self._settings.show_fixes,
            unsafe_fixes=self._settings.unsafe_fixes,
            project_root=self._settings.root,
            checkout=_checkout(),
        )

    def _emit(self, text: str) -> None:
        if self._file is None:
            self._console.write(text, self._stream)
            return
        write_report_file(self._file, text)


def _checkout() -> str | None:
    """Give the folder that GitLab CI has checked out, if this is in it."""
    folder = os.environ.get("CI_PROJECT_DIR", "")
    if not os.path.isabs(folder):
        return None
    folder = os.path.normpath(folder)
    here = os.getcwd()
    return folder if here == folder or here.startswith(folder.rstrip(os.sep) + os.sep) else None
