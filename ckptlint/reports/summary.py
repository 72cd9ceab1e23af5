"""The closing lines below a report: how much was found, was fixed, and can be fixed."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from ckptlint.reports.fixability import is_fixable, is_fixable_unsafely, star
from ckptlint.reports.pen import Ink, Pen

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions


class Mode(Enum):
    """What the run was asked to do."""

    CHECK = auto()
    FIX_ONLY = auto()
    DIFF = auto()


def render(result: CheckResult, options: ReportOptions, mode: Mode = Mode.CHECK) -> str:
    """Write the closing lines; may be empty where nothing was fixed or could be."""
    fixed = sum(counter.total() for counter in result.fixed.values())
    listing = _listing(result, options, fixed) if options.show_fixes and fixed else ""
    closing = _check(result, options, fixed) if mode is Mode.CHECK else ""
    if mode is Mode.FIX_ONLY:
        done = f"Fixed {_fixed_errors(result, fixed)}"
        closing = _fixes(result, options, fixed, done=done, nothing="No errors fixed")
    if mode is Mode.DIFF:
        nothing = "No errors would be fixed"
        done = f"Would fix {count(fixed, 'error')}"
        closing = _fixes(result, options, fixed, done=done, nothing=nothing)
    return listing + closing


def _check(result: CheckResult, options: ReportOptions, fixed: int) -> str:
    remaining = len(result.findings)
    if not remaining and not fixed:
        return f"All checks passed!\n{known_line(result)}"
    found = f"Found {count(remaining + fixed, 'error')}"
    if fixed:
        found += f" ({_fixed_number(result, fixed)}, {remaining} remaining)"
    return f"{found}.\n{_fixable(result, options)}{known_line(result)}"


def _fixed_number(result: CheckResult, fixed: int) -> str:
    """Write how many findings were fixed, and how many of them were proved."""
    proved = len(result.proved)
    if proved == fixed:
        return f"{fixed} fixed and proved"
    return f"{fixed} fixed, {proved} of them proved" if proved else f"{fixed} fixed"


def _fixed_errors(result: CheckResult, fixed: int) -> str:
    errors = count(fixed, "error")
    proved = len(result.proved)
    if proved == fixed:
        return f"and proved {errors}"
    return f"{errors}, {proved} of them proved" if proved else errors


def _fixable(result: CheckResult, options: ReportOptions) -> str:
    fixable = sum(is_fixable(finding, options.unsafe_fixes) for finding in result.findings)
    unsafe = _unsafe_count(result, options)
    hidden = f"{count(unsafe, 'unsafe fix', 'es')} available with `--fix --unsafe-fixes`"
    if fixable:
        aside = f" ({hidden})" if unsafe else ""
        return f"{star(Pen(options.color))} {fixable} fixable with `--fix`{aside}.\n"
    return f"{hidden}.\n" if unsafe else ""


def _fixes(
    result: CheckResult, options: ReportOptions, fixed: int, *, done: str, nothing: str
) -> str:
    unsafe = _unsafe_count(result, options)
    if not fixed:
        available = f"{count(unsafe, 'fix', 'es')} available with `--unsafe-fixes`"
        return f"{nothing} ({available}).\n" if unsafe else ""
    available = f"{count(unsafe, 'additional fix', 'es')} available with `--unsafe-fixes`"
    aside = f" ({available})" if unsafe else ""
    return f"{done}{aside}.\n"


def _unsafe_count(result: CheckResult, options: ReportOptions) -> int:
    if options.unsafe_fixes:
        return 0
    return sum(is_fixable_unsafely(finding) for finding in result.findings)


def _listing(result: CheckResult, options: ReportOptions, fixed: int) -> str:
    """Name the rules whose findings were fixed, by file."""
    from ckptlint.reports.display import printable

    pen = Pen(options.color)
    names = {rule.code: rule.name for rule in options.rules}
    lines = ["", f"Fixed {count(fixed, 'error')}:"]
    for path, counter in result.fixed.items():
        lines.append(f"- {pen.paint(printable(path), Ink.TITLE)}:")
        for code, number in sorted(counter.items(), key=lambda item: (-item[1], item[0])):
            name = f" ({names[code]})" if code in names else ""
            lines.append(f"    {number} \N{MULTIPLICATION SIGN} {pen.paint(code, Ink.ERROR)}{name}")
    return "\n".join(lines) + "\n\n"


def known_line(result: CheckResult) -> str:
    """Write how many findings the baseline hides; empty if there are none."""
    known = len(result.known)
    return f"{count(known, 'known error')} in the baseline.\n" if known else ""


def count(number: int, noun: str, plural_end: str = "s") -> str:
    """Write a number of things; the plural of the noun ends with `plural_end`."""
    return f"{number} {noun}{'' if number == 1 else plural_end}"
