"""The built site: it fetches nothing, and shows what lies outside of docs/ as well."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FETCHED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=\"?([^\s\">]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("material") is None:
        pytest.skip("the site takes the group `docs`: make site")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    fetched = {
        (page.relative_to(site).as_posix(), target)
        for page in site.rglob("*.html")
        for target in FETCHED.findall(page.read_text("utf-8"))
    }
    assert ("index.html", "assets/logo.svg") in fetched
    assert [(page, target) for page, target in fetched if re.match(r"\w+:|//|/", target)] == []


def test_every_fetched_file_is_there(site: Path) -> None:
    for page in site.rglob("*.html"):
        for target in FETCHED.findall(page.read_text("utf-8")):
            path = page.parent / target.partition("?")[0]
            assert page.name == "404.html" or path.exists(), f"{page}: {target}"


def test_every_rule_stands_in_the_navigation_by_its_code(site: Path) -> None:
    start = (site / "rules" / "index.html").read_text("utf-8")
    codes = {path.stem for path in (ROOT / "docs" / "rules").glob("CKP*.md")}
    assert codes
    for code in codes:
        assert re.search(rf'href="{code}\.html" class="md-nav__link">', start), code


def test_what_lies_outside_of_docs_is_shown(site: Path) -> None:
    assert 'href="source/fixtures/rule_pack/README.md.html"' in (
        (site / "writing-rules.html").read_text("utf-8")
    )
    assert (site / "source/fixtures/rule_pack/README.md.html").is_file()
    assert 'href="contributing.html#how-to-add-a-rule"' in (
        (site / "writing-rules.html").read_text("utf-8")
    )


def test_lists_are_read_as_on_a_forge(site: Path) -> None:
    changelog = (site / "changelog.html").read_text("utf-8")
    assert "<li>The rules:<ul>\n<li>CKP101 " in changelog


def test_the_search_finds_pages_without_a_server(site: Path) -> None:
    index = (site / "search" / "search_index.js").read_text("utf-8")
    entries = json.loads(index.removeprefix("var __index = "))["docs"]
    assert "yield-without-save (CKP201)" in {entry["title"] for entry in entries}
    pages = {entry["location"].partition("#")[0] for entry in entries}
    assert "analysis.html" in pages
    assert "fixture-verdicts.html" not in pages
    assert not any(page.startswith("source/") for page in pages)
