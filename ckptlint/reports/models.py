"""The models of a survey as a table, and as JSON."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ckptlint.reports.display import printable
from ckptlint.reports.location import absolute, position_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.engine.survey import Survey, SurveyedModel, SurveyedState
    from ckptlint.sources.source import Place

_HEADER = ("model", "restart-aware", "starts in", "yields", "saves", "restores", "carries")


def table(survey: Survey) -> str:
    """Write one line for each model, below a line for each file that has any.

    Yields, saves and restores are numbers of lines; one in another file has its name before it.
    What a rollout carries is told of those that save or restore.
    """
    rows = [(model.place.path, _row(model)) for model in survey.models]
    widths = [
        max(map(len, column)) for column in zip(_HEADER, *(row for _, row in rows), strict=True)
    ]
    lines: list[str] = [_aligned(_HEADER, widths)] if rows else []
    path = None
    for at, row in rows:
        if at != path:
            lines += ["", printable(at)]
            path = at
        lines.append(_aligned(row, widths))
    aware = sum(model.lacks is None for model in survey.models)
    files = "1 file" if survey.files == 1 else f"{survey.files} files"
    models = "1 model" if len(survey.models) == 1 else f"{len(survey.models)} models"
    lines += (
        ["", f"{models} in {files}; restart-aware: {aware}"] if rows else [f"No model in {files}"]
    )
    return "\n".join(lines) + "\n"


def records(survey: Survey, root: str) -> str:
    """Write the models as a JSON list, with absolute paths, and rows and columns from 1."""
    return json.dumps([_record(model, root) for model in survey.models], indent=2) + "\n"


def _row(model: SurveyedModel) -> tuple[str, ...]:
    here = model.place.path
    return (
        f"{printable(model.name)}:{position_text(model.place).rpartition(':')[0]}",
        "yes" if model.lacks is None else f"no: {model.lacks}",
        printable(model.entry),
        _lines(model.yields, here),
        _lines(model.saves, here),
        _lines(model.restores, here),
        _carried(model),
    )


def _carried(model: SurveyedModel) -> str:
    """Name what is carried; what a restart does not bring back is called lost."""
    names = {one.name if one.is_kept else f"{one.name} (lost)": None for one in model.carried or ()}
    return printable(", ".join(names)) or "-"


def _lines(places: Iterable[Place], here: str) -> str:
    written: dict[str, None] = {}
    for place in places:
        line = position_text(place).rpartition(":")[0]
        elsewhere = place.path != here
        written[f"{os.path.basename(place.path)}:{line}" if elsewhere else line] = None
    return printable(", ".join(written)) or "-"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _record(model: SurveyedModel, root: str) -> dict[str, Any]:
    return {
        "name": model.name,
        **_place(model.place, root),
        "restart_aware": model.lacks is None,
        "lacks": model.lacks,
        "bound_state": list(model.bound),
        "entry": {"name": model.entry, **_place(model.entry_place, root)},
        "yields": [_place(place, root) for place in model.yields],
        "saves": [_place(place, root) for place in model.saves],
        "restores": [_place(place, root) for place in model.restores],
        "carried": None if model.carried is None else [_state(one, root) for one in model.carried],
    }


def _state(carried: SurveyedState, root: str) -> dict[str, Any]:
    return {
        "name": carried.name,
        "kind": carried.kind,
        "changed": _place(carried.change, root),
        "used": _place(carried.use, root),
        "kept": carried.is_kept,
        "field": carried.field,
    }


def _place(place: Place, root: str) -> dict[str, Any]:
    line, column = place.span.start
    return {
        "filename": absolute(place.path, root),
        "cell": place.cell,
        "location": {"row": line, "column": column},
    }
