from __future__ import annotations

from report_samples import SAMPLE, make_finding, make_options, make_place

from ckptlint.engine.result import CheckResult
from ckptlint.reports import concise, grouped

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
