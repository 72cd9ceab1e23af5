"""The pages of rules: files on this computer, or a site if the package names one."""

from __future__ import annotations

import importlib.metadata
import os
from email.message import Message
from typing import TYPE_CHECKING

import pytest

from ckptlint.engine.registry import Registry, load_registry
from ckptlint.reports.rule_page import page_of
from ckptlint.server.pages import documentation_site, folder_of_pages, links_to_pages

if TYPE_CHECKING:
    from pathlib import Path

RULES = [rule for rule in load_registry().rules if rule.code in ("CKP201", "CKP301")]
REGISTRY = Registry(rules=(RULES[0], RULES[1]._replace(code="XYZ301")))


def test_files_are_written_once(tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "rules"
    links = links_to_pages(REGISTRY, str(folder))
    assert links == {code: (folder / f"{code}.md").as_uri() for code in ("CKP201", "XYZ301")}
    assert links["CKP201"].endswith("/a%20b/rules/CKP201.md")
    page = folder / "CKP201.md"
    assert page.read_text(encoding="utf-8") == page_of(RULES[0])
    os.utime(page, (1, 1))
    (folder / "XYZ301.md").write_text("of an older version", encoding="utf-8")
    links_to_pages(REGISTRY, str(folder))
    assert page.stat().st_mtime == 1
    assert (folder / "XYZ301.md").read_text(encoding="utf-8").startswith("# redundant-flush")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        links_to_pages(REGISTRY, str(tmp_path / "file" / "rules"))


def test_a_site_that_the_package_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert documentation_site() is None
    metadata = Message()
    metadata["Project-URL"] = "Source, https://example.org/source"
    metadata["Project-URL"] = "Documentation, https://example.org/ckptlint/"
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: metadata)
    assert documentation_site() == "https://example.org/ckptlint"
    assert links_to_pages(REGISTRY, str(tmp_path)) == {
        "CKP201": "https://example.org/ckptlint/rules/CKP201.html",
        "XYZ301": (tmp_path / "XYZ301.md").as_uri(),
    }


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder_of_pages().startswith(str(tmp_path / "ckptlint"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder_of_pages().startswith(str(tmp_path / ".cache" / "ckptlint"))
