"""The same findings in every report: each is read back by a foreign reader, and compared."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_readers import (
    Read,
    disagreements,
    read_azure,
    read_concise,
    read_full,
    read_github,
    read_gitlab,
    read_grouped,
    read_json,
    read_json_lines,
    read_junit,
    read_pylint,
    read_rdjson,
    read_sarif,
)
from report_samples import EVERY_KIND, NAMES, ROOT, make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult
from ckptlint.reports.display import without_surrogates
from ckptlint.reports.formats import FORMATS
from ckptlint.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.engine.result import LocatedFinding

OF_PEOPLE = {"full": read_full, "concise": read_concise, "grouped": read_grouped}
OF_PROGRAMS = {
    "json": read_json,
    "json-lines": read_json_lines,
    "junit": read_junit,
    "github": read_github,
    "gitlab": read_gitlab,
    "azure": read_azure,
    "sarif": read_sarif,
}


def lines_of(result: CheckResult) -> Callable[[str, int], str]:
    """Give what tells the text of a line, as far as the findings of its file know it."""
    known = {
        (without_surrogates(each.place.path), number): text
        for each in result.findings
        for number, text in enumerate(each.context, each.context_start)
    }
    return lambda path, line: known[path, line]


def readers_of(result: CheckResult) -> dict[str, Callable[[str, str], list[Read]]]:
    return {
        **OF_PEOPLE,
        **OF_PROGRAMS,
        "pylint": read_pylint,
        "rdjson": partial(read_rdjson, lines=lines_of(result)),
    }


def truth_of(result: CheckResult) -> list[Read]:
    return [
        Read(
            each.place.path,
            each.place.cell,
            *each.place.span.start,
            each.code,
            each.message,
        )
        for each in result.findings
    ]


def test_every_format_has_a_reader() -> None:
    assert set(readers_of(CheckResult())) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_holds_the_same_findings(name: str) -> None:
    text = FORMATS.load(name)(EVERY_KIND, make_options(unsafe_fixes=True))
    read = readers_of(EVERY_KIND)[name](text, ROOT)
    assert disagreements(truth_of(EVERY_KIND), read) == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "damage",
    [
        ("CKP201", "CKP202"),
        ("model.py", "modal.py"),
        ("before the state is saved", "before the state was saved"),
        ("104", "105"),
    ],
)
def test_a_report_that_is_damaged_does_not_agree(name: str, damage: tuple[str, str]) -> None:
    text = FORMATS.load(name)(EVERY_KIND, make_options())
    damaged = text.replace(*damage)
    assert damaged != text
    try:
        read = readers_of(EVERY_KIND)[name](damaged, ROOT)
    except (AssertionError, KeyError):
        return
    assert disagreements(truth_of(EVERY_KIND), read)


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_that_lacks_a_finding_does_not_agree(name: str) -> None:
    fewer = CheckResult(EVERY_KIND.findings[:-1])
    read = readers_of(EVERY_KIND)[name](FORMATS.load(name)(fewer, make_options()), ROOT)
    assert disagreements(truth_of(EVERY_KIND), read)
    assert disagreements(truth_of(fewer), read) == []


NASTY = (
    *"\x00\x07\x1b\r\n\t %;:,|]['\"\\<>&`$*#~\x85\u202e\u2028\udce9\ufffe\uffff天𐐀😀é",
    *("%0A", "%3B", "%25", "%AZP25", "%5D", "::", "]]>", "##vso[", "::error::", "] ", ": ["),
)
TEXTS = st.lists(st.sampled_from(NASTY) | st.characters(), min_size=1, max_size=20).map("".join)
CODES = st.sampled_from(sorted(NAMES))
NUMBERS = st.integers(1, 120)


def _is_file(name: str) -> bool:
    """Whether a file may have the name: a lone surrogate stands for a byte that is no UTF-8."""
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return "/" not in name and "\0" not in name and name not in {".", "..", "-"}


NAMES_OF_FILES = TEXTS.filter(_is_file)


@st.composite
def findings(draw: st.DrawFn, names: st.SearchStrategy[str]) -> LocatedFinding:
    is_notebook = draw(st.booleans())
    path = f"{draw(names)}{'.ipynb' if is_notebook else '.py'}"
    line = draw(NUMBERS)
    text = draw(TEXTS).replace("\n", " ")
    column = draw(st.integers(1, len(text) + 1))
    cell = draw(NUMBERS) if is_notebook else None
    return make_finding(
        draw(CODES),
        make_place(path, line, column, line, column, cell=cell),
        text,
        context_start=line,
        message=f"m{draw(TEXTS)}",
        help=draw(st.none() | TEXTS),
        severity=draw(st.sampled_from(Severity)),
    )


def _check(results: CheckResult, names: set[str]) -> None:
    readers = readers_of(results)
    for name in names:
        text = FORMATS.load(name)(results, make_options())
        text.encode()
        read = readers[name](text, ROOT)
        assert disagreements(truth_of(results), read) == [], name


def _by_file(found: list[LocatedFinding]) -> CheckResult:
    """Keep one finding for each file that a report can name."""
    return CheckResult({without_surrogates(each.place.path): each for each in found}.values())


@settings(deadline=None, max_examples=60)
@given(st.lists(findings(NAMES_OF_FILES), max_size=3).map(_by_file))
def test_no_text_makes_a_report_for_programs_say_anything_else(result: CheckResult) -> None:
    _check(result, {*OF_PROGRAMS, "rdjson"})


# A path divided by a colon from its line can be read only if it holds none.
@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        findings(NAMES_OF_FILES.filter(lambda name: ":" not in name and name == name.strip())),
        max_size=3,
    ).map(_by_file)
)
def test_no_text_makes_a_report_by_lines_say_anything_else(result: CheckResult) -> None:
    _check(result, {*OF_PEOPLE, "pylint"})
