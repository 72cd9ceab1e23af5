"""The pages that are made from the code say what the code says now."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS / "pages"))

import command_line_page  # noqa: E402
import rule_pages  # noqa: E402
import settings_page  # noqa: E402


def test_the_pages_of_the_rules_are_those_of_the_docstrings() -> None:
    folder = DOCS / rule_pages.FOLDER
    written = {
        f"{rule_pages.FOLDER}/{path.name}": path.read_text("utf-8") for path in folder.iterdir()
    }
    assert written == rule_pages.pages(), "`make pages` writes them anew"


def test_the_page_of_the_settings_is_that_of_the_options() -> None:
    (written,) = settings_page.pages().values()
    assert (DOCS / "settings.md").read_text("utf-8") == written, "`make pages` writes it anew"


def test_the_page_of_the_command_line_is_what_help_prints() -> None:
    (written,) = command_line_page.pages().values()
    assert (DOCS / "command-line.md").read_text("utf-8") == written, "`make pages` writes it anew"


def test_the_page_of_the_settings_names_every_variable_that_is_read() -> None:
    modules = [path.read_text("utf-8") for path in (ROOT / "ckptlint").rglob("*.py")]
    read = {
        name for text in modules for name in re.findall(r"\bCKPTLINT_[A-Z]+(?:_[A-Z]+)*\b", text)
    }
    assert "CKPTLINT_CACHE_DIR" in read
    page = (DOCS / "settings.md").read_text("utf-8")
    assert {name for name in read if f"| `{name}` |" not in page} == set()
