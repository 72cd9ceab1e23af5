"""The page of each built-in rule, and their index."""

from __future__ import annotations

from ckptlint.engine.packs import installed_packs
from ckptlint.engine.registry import BUILT_IN, load_registry
from ckptlint.reports.rule_page import index_of, page_of

FOLDER = "rules"


def pages() -> dict[str, str]:
    """Give each page by its path in docs/."""
    built_in = [entry for entry in installed_packs() if entry.package == BUILT_IN]
    rules = load_registry(built_in).rules
    return {
        f"{FOLDER}/README.md": index_of(rules),
        **{f"{FOLDER}/{rule.code}.md": page_of(rule) for rule in rules},
    }
