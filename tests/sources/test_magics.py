from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.sources.guards import Guard
from ckptlint.sources.magics import mask_magics


def mask(cell: str) -> str:
    return "\n".join(mask_magics(cell.split("\n"))[0])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline", "pass"),
        ("!ls 'it", "pass"),
        ("!!ls", "pass"),
        ("?print", "pass"),
        ("print?", "pass"),
        ("print??", "pass"),
        ("a.b[0]?  # what", "pass"),
        ("*int*?", "pass"),
        ("x = !ls", "pass"),
        ("x, y = %who", "pass"),
        ("a[1].b = !ls \\\n  -l\nc", "pass\n\nc"),
        ("(a,\n b) = !ls", "pass\n"),
        ("!ls \\\n  -l \\\n  .\nx", "pass\n\n\nx"),
        ("if a:\n    %time f()\nelse:\n\t!ls", "if a:\n    pass\nelse:\n\tpass"),
        ("pip install x", "pass"),
        ("cd ..", "pass"),
        ("/f 1", "pass"),
        (",f a", "pass"),
        ("%%time\nx", "\nx"),
        ("\n  %%time -n 3\nx", "\n\nx"),
        ("%%capture out\n%%timeit x = 1\nx\n", "\n\nx\n"),
        ("%%bash\nls\n", "\n\n"),
        ("%%capture\n%%html\n<b>", "\n\n"),
        ("%%writefile a.py\nimport a", "\n"),
        ("x\n%%time\ny", "x\npass\ny"),
        ("%", "pass"),
    ],
)
def test_what_is_not_python_is_kept_out(cell: str, expected: str) -> None:
    assert mask(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "a = (b\n% c)",
        "a = b \\\n% c",
        'a = """\n%magic\n!ls\nwhat?\n"""',
        "a = 'x\\\n%magic'",
        "a = [\n    '%d'\n    % 3,\n]",
        "f(\n  a = 1,\n)",
        "a = 1 # = %x?",
        "a = '= !ls'",
        "'what?'",
        "a = b % c",
        "a != b",
        "x = '\\'' % y",
        "pip = 3",
        "ls",
        "a;",
        "f(\n1\n);",
        "# comment \\\nx",
        "",
        "'''a\n\n?\n'''",
        "r'\\'\nx",
    ],
)
def test_python_stays(cell: str) -> None:
    assert mask(cell) == cell


def test_a_broken_string_does_not_hide_the_next_line() -> None:
    assert mask("a = 'b\n%x") == "a = 'b\npass"


def test_guards_tell_what_belongs_together() -> None:
    _, guards = mask_magics(["%%time", "x", "!ls \\", "-l", "y"])
    assert guards == (Guard.BOUND, Guard.FREE, Guard.KEPT, Guard.BOUND, Guard.FREE)


LINES = st.sampled_from(
    ["x = 1", "%magic a", "!ls", "y = !ls", "z?", "f(a, [1])", "# %c", "s = '%d' % 3", "", "?x"]
)


@given(st.lists(LINES, min_size=1), st.sampled_from(["", "%%time\n"]))
def test_a_masked_cell_parses_and_keeps_its_lines(lines: list[str], magic: str) -> None:
    cell = magic + "\n".join(lines)
    masked = mask(cell)
    ast.parse(masked)
    for before, after in zip(cell.split("\n"), masked.split("\n"), strict=True):
        assert after in (before, "pass", "")


@given(st.text("%!?=x '\"\\\n#()[]"))
def test_any_text_keeps_its_number_of_lines(cell: str) -> None:
    texts, guards = mask_magics(cell.split("\n"))
    assert len(texts) == len(guards) == cell.count("\n") + 1
