"""The page of a rule, and the index of all pages, in Markdown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.rule import Rule

_FAMILIES: Final = {
    "CKP1": "Restoring",
    "CKP2": "Saving",
    "CKP3": "Sessions and workflows",
    "CKP4": "The state dataclass and what is carried",
    "CKP5": "Versions of the API",
    "CKP9": "ckptlint itself",
}
_FIXES: Final = {"always": "yes", "sometimes": "sometimes", "never": "-"}
_LENGTH_OF_FAMILY: Final = 4


def page_of(rule: Rule) -> str:
    """Write the page of a rule."""
    facts = [
        f"Severity: {rule.severity}",
        f"Fix: {rule.fix} available",
        f"Evidence: {', '.join(rule.evidence) or 'none'}",
    ]
    if not rule.on_by_default:
        facts.append("Off by default")
    listing = "\n".join(f"- {fact}" for fact in facts)
    return f"# {rule.name} ({rule.code})\n\n{listing}\n\n{rule.documentation.strip()}\n"


def index_of(rules: Iterable[Rule]) -> str:
    """Write the index of rules, which are ordered by code; each links to the page beside it."""
    parts = ["# Rules\n"]
    for family, members in groupby(rules, lambda rule: rule.code[:_LENGTH_OF_FAMILY]):
        parts.append(
            f"\n## {_FAMILIES.get(family, family)}\n\n"
            "| code | name | finds | fix | evidence |\n|---|---|---|---|---|\n"
        )
        parts += [_row(rule) for rule in members]
    return "".join(parts)


def _row(rule: Rule) -> str:
    summary = rule.summary.replace("|", "\\|")
    fix = _FIXES[rule.fix.value]
    evidence = ", ".join(rule.evidence) or "-"
    return f"| [{rule.code}]({rule.code}.md) | {rule.name} | {summary} | {fix} | {evidence} |\n"
