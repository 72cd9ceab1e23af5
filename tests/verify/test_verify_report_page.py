from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from verify_samples import (
    DIVERGING_TARGET,
    HOSTILE,
    ONE_STOP,
    SAMPLE,
    growing,
    make_curves,
)

from ckptlint.verify.reports.plot import write_report
from ckptlint.verify.verdict import TargetVerdict, Verdict, VerifyResult

if TYPE_CHECKING:
    from pathlib import Path


class Page(HTMLParser):
    """Collects what a test asks about a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "src", "xlink:href"):
                is_own = str(value).startswith("#")
                (self.references if is_own else self.fetched).append(str(value))

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def page_of(result: VerifyResult, folder: Path) -> tuple[str, Page]:
    file = folder / "report.html"
    write_report(result, file)
    text = file.read_text(encoding="utf-8")
    return text, Page(text)


def test_page(tmp_path: Path) -> None:
    _, page = page_of(SAMPLE, tmp_path)
    assert page.tags.count("table") == 3
    assert page.tags.count("svg") == 2
    assert page.tags.count("tr") == 3 + 6
    words = " ".join(page.text.split())
    assert "3 targets: 1 exact, 1 diverges, 1 unproven; 1 passed over." in words
    assert "t2m, up to 0.0023 (19371 ULP)" in words
    assert "step 3 (+18 h)" in words
    assert "CUDA was not tried: there is no device" in words
    assert "confirmed: CKP102 models/drift.py:48:13" in words
    assert "models/base.py::Template: it has an abstract method" in words


def test_page_fetches_nothing(tmp_path: Path) -> None:
    many = make_curves(20, **{f"stop_{n}": growing(n + 1) for n in range(1, 15)})
    crowded = TargetVerdict("a.py::b", Verdict.DIVERGES, "cpu", (ONE_STOP._replace(curves=many),))
    text, page = page_of(VerifyResult((crowded, *SAMPLE.targets)), tmp_path)
    assert page.fetched
    assert all(address.startswith("data:image/png;base64,") for address in page.fetched)
    assert not {"script", "link", "iframe", "img"} & set(page.tags)
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []


def test_each_name_of_a_page_stands_once_and_is_found(tmp_path: Path) -> None:
    _, page = page_of(VerifyResult((DIVERGING_TARGET,) * 3), tmp_path)
    assert len(page.ids) == len(set(page.ids)) > 100
    assert len(page.references) > 100
    assert {each.removeprefix("#") for each in page.references} <= set(page.ids)


def test_page_of_untrusted_names(tmp_path: Path) -> None:
    text, page = page_of(HOSTILE, tmp_path)
    assert "<script" not in text
    assert not {"b", "z", "script"} & set(page.tags)
    assert "]]> <script>&" in page.text
    assert [each for each in text if ord(each) < 32 and each not in "\n\t"] == []


def test_page_of_nothing(tmp_path: Path) -> None:
    _, page = page_of(VerifyResult(()), tmp_path)
    assert "0 targets: nothing was verified." in page.text
    assert "table" not in page.tags
