"""The SARIF log around results, and the rules that it describes.

A log holds no time and no random identifier, so that the same run gives the same text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ckptlint.reports.display import without_surrogates
from ckptlint.reports.sarif_location import ROOT_ID, root_uri

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ckptlint.reports.options import ReportOptions
    from ckptlint.rule import Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HEADING = "#"


def log(
    category: str,
    rules: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    notifications: Sequence[dict[str, Any]],
    options: ReportOptions,
    *,
    is_successful: bool = True,
) -> str:
    """Write a log with one run, in ASCII.

    Parameters
    ----------
    category : str
        What a service that gets several logs of a commit keeps apart, such as ``ckptlint``.
    rules : Sequence[dict[str, Any]]
        The descriptions of the rules that results refer to by index.
    results : Sequence[dict[str, Any]]
        The results.
    notifications : Sequence[dict[str, Any]]
        What happened besides, as `notification` gives it.
    options : ReportOptions
        How the report is written.
    is_successful : bool
        Whether nothing kept the run from finding what there is.
    """
    root = root_uri(options.root)
    run = {
        "tool": {"driver": {"name": "ckptlint", "version": options.version, "rules": rules}},
        "automationDetails": {"id": f"{category}/"},
        "invocations": [
            {
                "executionSuccessful": is_successful,
                "toolExecutionNotifications": notifications,
                "workingDirectory": {"uri": root},
            }
        ],
        "originalUriBaseIds": {ROOT_ID: {"uri": root}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": results,
    }
    written = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(written, indent=2, allow_nan=False) + "\n"


def notification(level: str, text: str) -> dict[str, Any]:
    """Tell something that is no result; `level` is ``error``, ``warning`` or ``note``."""
    return {"level": level, "message": message_object(text)}


def message_object(text: str) -> dict[str, str]:
    """Give a text as a message."""
    return {"text": without_surrogates(text)}


def described_rules(
    rules: Iterable[Rule], others: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Describe rules by their pages, and by `others` those that results name besides, by code."""
    described = {other["id"]: other for other in others}
    described |= {rule.code: _rule_object(rule) for rule in rules}
    return [described[code] for code in sorted(described)]


def _rule_object(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation.strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _opening(documentation)},
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"enabled": rule.on_by_default, "level": rule.severity.value},
        "properties": {
            "evidence": [evidence.value for evidence in rule.evidence],
            "fixAvailability": rule.fix.value,
            "precision": "high",
            "problem.severity": rule.severity.value,
            "tags": ["correctness", "restart"],
        },
    }


def _opening(documentation: str) -> str:
    """Give the first two paragraphs of a page, each as one line: what is found, and where."""
    blocks = (block.strip() for block in documentation.split("\n\n"))
    paragraphs = [" ".join(block.split()) for block in blocks if not block.startswith(_HEADING)]
    return " ".join(paragraphs[:2])
