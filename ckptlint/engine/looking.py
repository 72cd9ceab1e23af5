"""One look at a document: needles, programs, rules, suppressions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.found import Found
from ckptlint.engine.needles import NOQA_WORD
from ckptlint.engine.parsing import parses
from ckptlint.rule import Confidence, Finding
from ckptlint.settings.errors import SettingsError
from ckptlint.sources.source import SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ckptlint.engine.comments import Layout
    from ckptlint.engine.needles import Needles
    from ckptlint.engine.registry import Registry
    from ckptlint.program.program import Program
    from ckptlint.rule import Rule
    from ckptlint.sources.document import Document
    from ckptlint.sources.source import Source

SYNTAX_ERROR = "CKP900"
_WHOLE_PROGRAMS = frozenset({SourceKind.PYTHON, SourceKind.STUB})


class Look:
    """What one look at a document found, what failed on the way, and what was not judged.

    `last_days` are the days on which its suppressions end.
    """

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.faults: list[str] = []
        self.warnings: list[str] = []
        self.last_days: set[str] = set()


class Looker(NamedTuple):
    """Looks at the documents of one file.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    enabled : frozenset[str]
        The codes that are reported in this file.
    needles : Needles
        Tells which rules a source can concern.
    parse : callable
        Makes the program of a source.
    is_explicit : bool
        Whether the user named the file, so that its syntax is checked in any case.
    ignore_noqa : bool
        Whether suppression comments count for nothing.
    unsure : frozenset[str]
        The codes whose findings of low confidence are reported too.
    go_on : callable or None
        Called before each rule; what it raises ends the look.
    today : str or None
        The day by which suppressions have expired; by default the local one.
    layout_of : callable or None
        Reads the layout of a source; by default from its beginning.
    """

    registry: Registry
    enabled: frozenset[str]
    needles: Needles
    parse: Callable[[Source], Program]
    is_explicit: bool
    ignore_noqa: bool
    unsure: frozenset[str] = frozenset()
    go_on: Callable[[], None] | None = None
    today: str | None = None
    layout_of: Callable[[Source], Layout] | None = None

    def look(self, document: Document) -> Look:
        """Find what is wrong in a document and not suppressed."""
        look = Look()
        ran: list[frozenset[str]] = []
        may_suppress: set[int] = set()
        for index, source in enumerate(document.sources):
            data = source.text.encode("utf-8", "surrogatepass")
            suppresses = self.needles.may_suppress(data)
            before = len(look.found)
            ran.append(self._look_at(index, source, data, suppresses, look))
            if suppresses or (len(look.found) > before and NOQA_WORD in data.lower()):
                may_suppress.add(index)
        comments = document.block_comments or document.other_comments
        if not self.ignore_noqa and (may_suppress or comments):
            self._suppress(document, may_suppress, ran, look)
        look.found = [one for one in look.found if self._is_reported(one)]
        return look

    def _is_reported(self, found: Found) -> bool:
        """Tell whether a finding is sure enough; one that is not still uses its suppression."""
        return found.finding.confidence is Confidence.HIGH or found.rule.code in self.unsure

    def _look_at(
        self, index: int, source: Source, data: bytes, suppresses: bool, look: Look
    ) -> frozenset[str]:
        """Add the findings of one source, and give the codes of the rules that saw it whole."""
        rules = [self.registry.by_code[code] for code in self._wanted(data)]
        if not rules:
            must_parse = source.kind in _WHOLE_PROGRAMS and (self.is_explicit or suppresses)
            if not must_parse or parses(source.text):
                return self.enabled
        try:
            program = self.parse(source)
        except SettingsError:
            raise
        except Exception as error:
            look.faults.append(f"parsing {source.path} failed: {describe(error)}")
            return frozenset()
        problems = [
            Finding(one.span, f"Syntax error: {one.message}")
            for one in program.module.syntax_problems
        ]
        if SYNTAX_ERROR in self.enabled and SYNTAX_ERROR in self.registry.by_code:
            rule = self.registry.by_code[SYNTAX_ERROR]
            look.found += [Found(rule, index, problem) for problem in problems]
        failed = {rule.code for rule in rules if not self._run(rule, index, program, look)}
        look.warnings += [f"{source.path}: {reason}" for reason in program.gave_up]
        return frozenset() if problems else self.enabled - failed

    def _wanted(self, data: bytes) -> Iterable[str]:
        return sorted(self.needles.codes_in(data) & self.enabled)

    def _run(self, rule: Rule, index: int, program: Program, look: Look) -> bool:
        assert rule.check is not None
        if self.go_on is not None:
            self.go_on()
        try:
            for finding in rule.check(program):
                if not isinstance(finding, Finding):
                    raise TypeError(f"it gave a {type(finding).__name__}, not a Finding")
                look.found.append(Found(rule, index, finding))
        except (Exception, SystemExit) as error:
            path = program.module.source.path
            look.faults.append(f"rule {rule.code} failed on {path}: {describe(error)}")
            return False
        return True

    def _suppress(
        self, document: Document, indexes: Iterable[int], ran: list[frozenset[str]], look: Look
    ) -> None:
        from ckptlint.engine.audit import Audit
        from ckptlint.engine.day import today
        from ckptlint.engine.suppression import read_suppressions

        suppressions = read_suppressions(
            self.registry,
            document,
            sorted(indexes),
            self.today or today(),
            self.layout_of,
        )
        look.last_days = suppressions.last_days
        look.found = suppressions.remaining(look.found)
        audit = Audit(self.registry, self.enabled, document, ran)
        look.found += suppressions.remaining([*audit.findings(suppressions.all)])


def describe(error: BaseException) -> str:
    """Say in one line what an exception is, and where it was raised.

    Where the environment variable CKPTLINT_BACKTRACE is set, the traceback follows.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        file = os.path.basename(trace.tb_frame.f_code.co_filename)
        where = f" ({file}:{trace.tb_lineno})"
    summary = f"{type(error).__name__}: {' '.join(str(error).split())}{where}"
    if not os.environ.get("CKPTLINT_BACKTRACE"):
        return summary
    from traceback import format_exception

    return f"{summary}\n{''.join(format_exception(error)).rstrip()}"
