from __future__ import annotations

import re

from report_samples import SAMPLE, make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult
from ckptlint.reports import azure, concise, grouped, pylint
from ckptlint.rule import Severity

CONCISE = """\
caf\ufffd.py:1:1: CKP900 Unexpected end of file
docs/a guide,v1:2.md:12:10: CKP101 Line one␊line two: "quoted", 50%, 天気 ␛[31m
notes/run.ipynb:cell 4:3:5: CKP301 [*] `flush` does nothing here: 100% is written, always
src/model.py:104:13: CKP201 `yield` is reached before the state is saved
"""

GROUPED = """\
a.py:
   1:10 CKP201 Something is wrong
  12:5  CKP301 Something is wrong

b.ipynb:
   cell 1:7:1 CKP201 Something is wrong
  cell 12:3:1 CKP201 Something is wrong

"""


def test_concise() -> None:
    assert concise.render(SAMPLE, make_options()) == CONCISE


def test_unsafe_fixes_are_marked_when_they_count() -> None:
    text = concise.render(SAMPLE, make_options(unsafe_fixes=True))
    assert text == CONCISE.replace(": CKP201 `yield`", ": CKP201 [*] `yield`")


def test_concise_in_colour_with_links() -> None:
    result = CheckResult(findings=[make_finding("CKP201", make_place("a b.py", 1, 2, 1, 3))])
    assert concise.render(result, make_options(color=True, hyperlinks=True)) == (
        "\x1b]8;;file:///project/a%20b.py\x1b\\\x1b[1ma b.py\x1b[0m\x1b]8;;\x1b\\"
        "\x1b[36m:\x1b[0m1\x1b[36m:\x1b[0m2\x1b[36m:\x1b[0m "
        "\x1b[1;91mCKP201\x1b[0m Something is wrong\n"
    )


def test_grouped_in_colour_with_links() -> None:
    finding = make_finding("CKP301", make_place("a b.py", 1, 2, 1, 3), severity=Severity.WARNING)
    result = CheckResult(findings=[finding])
    assert grouped.render(result, make_options(color=True, hyperlinks=True)) == (
        "\x1b]8;;file:///project/a%20b.py\x1b\\\x1b[1ma b.py\x1b[0m\x1b]8;;\x1b\\:\n"
        "  1\x1b[36m:\x1b[0m2 \x1b[1;93mCKP301\x1b[0m Something is wrong\n\n"
    )


def test_grouped() -> None:
    findings = [
        make_finding("CKP201", make_place("a.py", 1, 10, 1, 11)),
        make_finding("CKP301", make_place("a.py", 12, 5, 12, 6)),
        make_finding("CKP201", make_place("b.ipynb", 7, 1, 7, 2, cell=1)),
        make_finding("CKP201", make_place("b.ipynb", 3, 1, 3, 2, cell=12)),
    ]
    assert grouped.render(CheckResult(findings=findings), make_options()) == GROUPED


def test_grouped_samples() -> None:
    assert grouped.render(SAMPLE, make_options()).splitlines() == [
        "caf\ufffd.py:",
        "  1:1 CKP900 Unexpected end of file",
        "",
        "docs/a guide,v1:2.md:",
        '  12:10 CKP101 Line one␊line two: "quoted", 50%, 天気 ␛[31m',
        "",
        "notes/run.ipynb:",
        "  cell 4:3:5 CKP301 [*] `flush` does nothing here: 100% is written, always",
        "",
        "src/model.py:",
        "  104:13 CKP201 `yield` is reached before the state is saved",
        "",
    ]


def test_nothing_found() -> None:
    assert concise.render(CheckResult(), make_options()) == ""
    assert grouped.render(CheckResult(), make_options()) == ""


def test_pylint() -> None:
    assert pylint.render(SAMPLE, make_options()).splitlines() == [
        "caf\ufffd.py:1: [CKP900(syntax-error), ] Unexpected end of file",
        "docs/a guide,v1:2.md:12: [CKP101(restart-rewrites-boundary), ] "
        'Line one␊line two: "quoted", 50%, 天気 ␛[31m',
        "notes/run.ipynb:1: [CKP301(flush-without-interval), ] "
        "cell 4:3:5: `flush` does nothing here: 100% is written, always",
        "src/model.py:104: [CKP201(yield-without-save), ] "
        "`yield` is reached before the state is saved",
    ]


def test_pylint_is_read_by_the_parser_of_jenkins() -> None:
    # The expression of the warnings plugin; it takes the first letter of our codes for a category.
    pattern = re.compile(r"(.*):(\d+): \[(\D\d*).*\] (.*)")
    *_, line = pylint.render(SAMPLE, make_options()).splitlines()
    match = pattern.fullmatch(line)
    assert match is not None
    assert match.groups() == (
        "src/model.py",
        "104",
        "C",
        "`yield` is reached before the state is saved",
    )
    assert pattern.fullmatch(line.replace("[", "(")) is None


def test_azure() -> None:
    first, *_, notebook, last = azure.render(SAMPLE, make_options()).splitlines()
    assert first == (
        "##vso[task.logissue type=error;sourcepath=/project/caf\ufffd.py;linenumber=1;"
        "columnnumber=1;code=CKP900;]Unexpected end of file"
    )
    assert notebook == (
        "##vso[task.logissue type=warning;sourcepath=/project/notes/run.ipynb;linenumber=1;"
        "columnnumber=1;code=CKP301;]cell 4:3:5: `flush` does nothing here: 100%AZP25 is written, "
        "always%0Anote: notes/run.ipynb:cell 4:1:6: the interval is 1%0A"
        "note: notes/run.ipynb:cell 2:2:1: imported here"
    )
    assert last.startswith(
        "##vso[task.logissue type=error;sourcepath=/project/src/model.py;linenumber=104;"
        "columnnumber=13;code=CKP201;]`yield` is reached before the state is saved%0Anote: "
    )


def test_azure_escapes_what_ends_a_property_or_a_line() -> None:
    place = make_place("a;b]c%3B\r\n.py", 1, 1, 1, 2)
    finding = make_finding("CKP201", place, message="x;y]z%5D\nw")
    assert azure.render(CheckResult(findings=[finding]), make_options()) == (
        "##vso[task.logissue type=error;sourcepath=/project/a%3Bb%5Dc%AZP253B%0D%0A.py;"
        "linenumber=1;columnnumber=1;code=CKP201;]x%3By%5Dz%AZP255D%0Aw\n"
    )


def test_nothing_found_is_no_line() -> None:
    for format_by_lines in (azure, pylint):
        assert format_by_lines.render(CheckResult(files=3, faults=["x"]), make_options()) == ""
