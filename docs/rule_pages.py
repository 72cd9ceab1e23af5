"""Writes docs/rules/: the page of each built-in rule, and their index.

``python docs/rule_pages.py``; a test holds the pages against the docstrings that they come from.
"""

from __future__ import annotations

from pathlib import Path

from ckptlint.engine.packs import installed_packs
from ckptlint.engine.registry import BUILT_IN, load_registry
from ckptlint.reports.rule_page import index_of, page_of

FOLDER = Path(__file__).parent / "rules"


def pages() -> dict[str, str]:
    """Give the content of every file of the folder, by its name."""
    built_in = [entry for entry in installed_packs() if entry.package == BUILT_IN]
    rules = load_registry(built_in).rules
    return {
        "README.md": index_of(rules),
        **{f"{rule.code}.md": page_of(rule) for rule in rules},
    }


def main() -> None:
    """Write the pages anew, and remove those of rules that are no more."""
    FOLDER.mkdir(exist_ok=True)
    written = pages()
    for path in FOLDER.iterdir():
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
