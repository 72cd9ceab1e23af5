"""Findings as diagnostics of the protocol."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from ckptlint.rule import Severity
from ckptlint.server.places import Places

if TYPE_CHECKING:
    from ckptlint.engine.result import LocatedFinding, RelatedPlace
    from ckptlint.server.client import Client
    from ckptlint.server.folders import SettingsProblem
    from ckptlint.server.inspection import Checked

SOURCE: Final = "ckptlint"

_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_TAGS: Final = {
    "CKP301": types.DiagnosticTag.Unnecessary,
    "CKP901": types.DiagnosticTag.Unnecessary,
    "CKP5": types.DiagnosticTag.Deprecated,
}
"""The tag of a code, or of all codes that begin so."""


def diagnostics_of(checked: Checked, client: Client) -> dict[str, list[types.Diagnostic]]:
    """Give the diagnostics of a document; of a notebook, those of each of its cells.

    What the baseline knows of is a hint.

    Parameters
    ----------
    checked : Checked
        What checking it gave.
    client : Client
        What the client can show.

    Returns
    -------
    dict[str, list[types.Diagnostic]]
        By the URI of the document or cell; every cell has an entry.
    """
    document = checked.document
    places = Places(checked)
    found: dict[str, list[types.Diagnostic]] = {
        uri: [] for uri in ([cell.uri for cell in document.cells or ()] or [document.uri])
    }
    known = {id(finding) for finding in checked.outcome.known}
    for finding in checked.shown:
        location = places.location(finding.place)
        diagnostic = _diagnostic(finding, location, places, client)
        if id(finding) in known:
            diagnostic.severity = types.DiagnosticSeverity.Hint
            diagnostic.message += "\nThe baseline knows of it"
        link = checked.links.get(finding.code)
        if client.links and link is not None:
            diagnostic.code_description = types.CodeDescription(link)
        found.setdefault(location.uri, []).append(diagnostic)
    return found


def problem_diagnostic(problem: SettingsProblem) -> types.Diagnostic:
    """Give what is wrong with a settings file as a diagnostic of that file."""
    at = types.Position(problem.line - 1, problem.column - 1)
    end = types.Position(problem.line, 0)
    return types.Diagnostic(
        types.Range(at, end), problem.text, types.DiagnosticSeverity.Error, source=SOURCE
    )


def data_of(finding: LocatedFinding) -> dict[str, Any]:
    """Give what a diagnostic carries so that its finding is found again.

    It holds no null, which Neovim leaves out of what it sends back.
    """
    (line, column), (end_line, end_column) = finding.place.span
    data = {"code": finding.code, "span": [line, column, end_line, end_column]}
    return data if finding.place.cell is None else {**data, "cell": finding.place.cell}


def finding_of(checked: Checked, data: object) -> LocatedFinding | None:
    """Find the finding of a diagnostic by its data; None if it is there no more."""
    return next((one for one in checked.shown if data_of(one) == data), None)


def _diagnostic(
    finding: LocatedFinding, location: types.Location, places: Places, client: Client
) -> types.Diagnostic:
    message = finding.message if finding.help is None else f"{finding.message}\n{finding.help}"
    related = None
    if client.shows_related:
        related = [
            types.DiagnosticRelatedInformation(places.location(one.place), one.message)
            for one in finding.related
        ]
    else:
        message += "".join(f"\n{_told(finding, one)}" for one in finding.related)
    tag = _TAGS.get(finding.code) or _TAGS.get(finding.code[:4])
    return types.Diagnostic(
        location.range,
        message,
        _SEVERITIES[finding.severity],
        finding.code,
        source=SOURCE,
        tags=[tag] if tag is not None and int(tag) in client.tags else None,
        related_information=related or None,
        data=data_of(finding) if client.keeps_data else None,
    )


def _told(finding: LocatedFinding, related: RelatedPlace) -> str:
    place, own = related.place, finding.place
    where = f"line {place.span.start.line}"
    if place.path != own.path:
        where = f"{os.path.basename(place.path)}, {where}"
    elif place.cell is not None and place.cell != own.cell:
        where = f"cell {place.cell}, {where}"
    return f"{where}: {related.message}"
