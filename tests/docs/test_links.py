"""The links of all pages lead somewhere, on a forge as well; mkdocs checks those of the site."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from samples import ROOT, pages

if TYPE_CHECKING:
    from pathlib import Path

NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def targets_of(text: str) -> list[str]:
    """Give the targets of all links and images of a page."""
    return [
        str(child.attrs.get("href") or child.attrs.get("src"))
        for token in MarkdownIt().enable("table").parse(text)
        for child in token.children or ()
        if child.type in ("link_open", "image")
    ]


@cache
def anchors_of(path: Path) -> frozenset[str]:
    tokens = MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8"))
    headings = [
        following.content for token, following in pairwise(tokens) if token.type == "heading_open"
    ]
    return frozenset(
        NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-") for heading in headings
    )


def fault_of(target: str, page: Path) -> str | None:
    """Say what is wrong with a link of a page."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        is_whole = parts.scheme == "https" and "." in parts.netloc and " " not in target
        return None if is_whole else f"{target} is no whole https address"
    if target.startswith("/"):
        return f"{target} depends on where the repository lies"
    path = (page.parent / parts.path).resolve() if parts.path else page
    if not path.is_file() and not (path.is_dir() and path != page.parent):
        return f"{target} leads nowhere"
    if parts.fragment and parts.fragment not in anchors_of(path):
        return f"{target} names no heading of {path.name}"
    return None


@pytest.mark.parametrize("page", pages())
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    path = ROOT / page
    targets = targets_of(path.read_text(encoding="utf-8"))
    assert [fault for target in targets if (fault := fault_of(target, path))] == []


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("nowhere.md", "nowhere.md leads nowhere"),
        ("settings.md#nothing", "settings.md#nothing names no heading of settings.md"),
        ("#nothing", "#nothing names no heading of verify.md"),
        ("http://example.org", "http://example.org is no whole https address"),
        ("https://localhost/a", "https://localhost/a is no whole https address"),
        ("/docs/settings.md", "/docs/settings.md depends on where the repository lies"),
        ("settings.md#per-file-ignores", None),
        ("../README.md#try-it", None),
        ("https://example.org/a#b", None),
    ],
)
def test_a_link_that_leads_nowhere_is_seen(target: str, fault: str | None) -> None:
    assert fault_of(target, ROOT / "docs" / "verify.md") == fault


def test_links_and_images_are_found() -> None:
    text = "[a](b.md) ![c](d.svg)\n\n| e |\n|---|\n| [f](<g h.md>) |\n\n`[i](j)`\n"
    assert targets_of(text) == ["b.md", "d.svg", "g%20h.md"]


def test_every_image_is_shown_and_says_what_it_shows() -> None:
    shown = set()
    for page in pages():
        text = (ROOT / page).read_text(encoding="utf-8")
        for token in MarkdownIt().parse(text):
            for child in token.children or ():
                if child.type == "image":
                    assert child.content, f"{page}: an image says nothing"
                    shown.add(((ROOT / page).parent / str(child.attrs["src"])).resolve())
    images = {path for path in (ROOT / "docs" / "images").iterdir() if path.suffix != ".py"}
    assert images <= shown
