"""Writes the pages in docs/ that are made of what the code says: ``python docs/pages``.

A test holds the files against what is written here.
"""

from __future__ import annotations

from pathlib import Path

import command_line_page
import rule_pages
import settings_page

DOCS = Path(__file__).parents[1]


def pages() -> dict[str, str]:
    """Give each page by its path in docs/."""
    return {**rule_pages.pages(), **settings_page.pages(), **command_line_page.pages()}


def main() -> None:
    """Write the pages anew, and remove those of rules that are no more."""
    written = pages()
    for path in (DOCS / rule_pages.FOLDER).iterdir():
        if f"{rule_pages.FOLDER}/{path.name}" not in written:
            path.unlink()
    for name, text in written.items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
