"""The report as one HTML file that fetches nothing."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from ckptlint.reports.display import printable
from ckptlint.verify.reports.figure import picture_of_check
from ckptlint.verify.reports.style import STYLE
from ckptlint.verify.reports.wording import (
    difference_text,
    explained_checks,
    step_text,
    summary_text,
)
from ckptlint.verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.verify.verdict import CheckVerdict, PassedOver, TargetVerdict, VerifyResult

_TITLE = "What ckptlint verify found"
# The names of parts of a picture, and the places that refer to them.
_NAMED = re.compile(r"(\bid=\"|href=\"#|url\(#)")


def render(result: VerifyResult) -> str:
    """Write the page; a browser needs nothing else to show it."""
    sections = [_section(target, f"p{number}-") for number, target in enumerate(result.targets, 1)]
    return "".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            # Whatever a name may hold, the page runs no script and loads nothing; the scale of
            # colours is an image within the page.
            '<meta http-equiv="Content-Security-Policy" ',
            "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n",
            f"<title>{_TITLE}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            f"<h1>{_TITLE}</h1>\n",
            f"<p>{_text(summary_text(result.targets, len(result.passed_over)))}</p>\n",
            *sections,
            _passed_over(result.passed_over),
            "</body>\n</html>\n",
        )
    )


def _section(target: TargetVerdict, prefix: str) -> str:
    pictures = (
        _picture(check, f"{prefix}{number}-")
        for number, check in enumerate(target.checks, 1)
        if check.curves
    )
    return "".join(
        (
            f"<section>\n<h2>{_text(target.target)} {_badge(target.verdict)}</h2>\n",
            f"<p>{_text(_where_it_ran(target))}</p>\n",
            _table(explained_checks(target)),
            *pictures,
            _list("notes", target.notes),
            _list("static findings", _findings(target)),
            "</section>\n",
        )
    )


def _where_it_ran(target: TargetVerdict) -> str:
    line = "" if target.line is None else f":{target.line}"
    defined = "" if target.path is None else f", defined in {target.path}{line}"
    return f"ran on {target.device}{defined}"


def _findings(target: TargetVerdict) -> Iterator[str]:
    for each in target.findings:
        place = f"{each.path}:{each.line}:{each.column}"
        yield f"{each.confirmation}: {each.code} {place}: {each.message} ({each.reason})"


def _table(checks: Iterable[CheckVerdict]) -> str:
    rows = "".join(f"<tr>{''.join(_cells(check))}</tr>\n" for check in checks)
    names = ("check", "verdict", "stopped after", "first wrong at", "differs", "why")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"


def _cells(check: CheckVerdict) -> Iterator[str]:
    """Give the cells of a row; each knows its column, as a narrow page shows no head."""
    leads = {curve.stop: curve.lead_time_hours for curve in check.curves}
    is_exact = check.verdict is Verdict.EXACT
    stop = None if check.stop is None else step_text(check.stop, leads.get(check.stop))
    first = None if check.first_step is None else step_text(check.first_step, check.lead_time_hours)
    why = "; ".join(part for part in (check.blame, check.reason, *check.codes) if part)
    yield f'<th scope="row">{_text(check.name)}</th>'
    yield f'<td data-name="verdict">{_badge(check.verdict)}</td>'
    for name, text in (
        ("stopped after", stop),
        ("first wrong at", first),
        ("differs", difference_text(check)),
        ("why", why),
    ):
        yield f'<td data-name="{name}">{"" if is_exact or not text else _text(text)}</td>'


def _picture(check: CheckVerdict, prefix: str) -> str:
    picture = picture_of_check(check).decode()
    # Many pictures share a page, on which each name may stand only once.
    inline = _NAMED.sub(rf"\g<1>{prefix}", picture[picture.index("<svg") :])
    name = _text(f"{check.name}: {check.verdict}")
    said = f'<svg role="img" aria-label="{name}"'
    return f"<figure>\n{said}{inline.removeprefix('<svg')}</figure>\n"


def _passed_over(passed_over: Iterable[PassedOver]) -> str:
    written = _list("passed over", (f"{each.name}: {each.reason}" for each in passed_over))
    return f"<section>\n{written}</section>\n" if written else ""


def _list(title: str, texts: Iterable[str]) -> str:
    items = "".join(f"<li>{_text(text)}</li>\n" for text in texts)
    return f"<h3>{title}</h3>\n<ul>\n{items}</ul>\n" if items else ""


def _badge(verdict: Verdict) -> str:
    return f'<span class="{verdict.value}">{verdict.value}</span>'


def _text(text: str) -> str:
    return escape(printable(" ".join(text.split())))
