"""Suppression comments that are written hide what they are written for, and change nothing else."""

from __future__ import annotations

import ast
import json

import pytest
from engine_doubles import document_of, looker_of, shown, word_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.directives import Form
from ckptlint.engine.locating import locate_all
from ckptlint.engine.result import LocatedFinding
from ckptlint.engine.suppressing import Suppressed, suppress
from ckptlint.rule import Place, Position, Severity, Span
from ckptlint.sources.document import Document, read_document

LOOKER = looker_of(
    word_rule("CKP201", "bad-word", "BAD"),
    word_rule("CKP301", "worse-word", "WORSE"),
)


def hide(document: Document, form: Form = Form.NOQA, reason: str = "") -> Suppressed:
    """Suppress all that is found in a document, except that a suppression gives no reason."""
    found = [one for one in LOOKER.look(document).found if one.rule.code != "CKP903"]
    return suppress(document, locate_all(document, found), form, reason)


def hidden(text: str, name: str = "code.py", form: Form = Form.NOQA, reason: str = "") -> str:
    result = hide(document_of(text, name), form, reason)
    assert result.refused == ()
    left = shown(LOOKER, result.document)
    assert [one for one in left if "CKP903" not in one] == []
    return result.document.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BAD = 1\n", "BAD = 1  # noqa: CKP201\n"),
        ("BAD = 1", "BAD = 1  # noqa: CKP201"),
        ("BAD = 1 \t \n", "BAD = 1  # noqa: CKP201\n"),
        ("BAD = WORSE\n", "BAD = WORSE  # noqa: CKP201, CKP301\n"),
        ("BAD = BAD\n", "BAD = BAD  # noqa: CKP201\n"),
        ("BAD; x = '''\n'''\n", "BAD; x = '''\n'''  # noqa: CKP201\n"),
        (
            "call(\n    BAD,\n    WORSE,\n)\n",
            "call(\n    BAD,\n    WORSE,\n)  # noqa: CKP201, CKP301\n",
        ),
        ("BAD = 1 + \\\n    1\n", "BAD = 1 + \\\n    1  # noqa: CKP201\n"),
        ("BAD = '''\ntext\n'''\n", "BAD = '''\ntext\n'''  # noqa: CKP201\n"),
        ("if BAD:\n    pass\n", "if BAD:  # noqa: CKP201\n    pass\n"),
        ("@BAD\ndef f(): pass\n", "@BAD  # noqa: CKP201\ndef f(): pass\n"),
        ("BAD = '#'\n", "BAD = '#'  # noqa: CKP201\n"),
        ("BAD = 1  # why\n", "BAD = 1  # why  # noqa: CKP201\n"),
        ("BAD = 1  # type: ignore[x] \n", "BAD = 1  # type: ignore[x]  # noqa: CKP201\n"),
        ("BAD = 1  # noqa: E501\n", "BAD = 1  # noqa: E501, CKP201\n"),
        ("BAD = 1  # NOQA:E501,W1\n", "BAD = 1  # NOQA:E501,W1,CKP201\n"),
        ("BAD = 1  # noqa: E501 W1 long\n", "BAD = 1  # noqa: E501 W1 CKP201 long\n"),
        ("BAD = 1  # noqa: E501W1\n", "BAD = 1  # noqa: E501W1, CKP201\n"),
        ("BAD = 1  # noqa: E501  # a\n", "BAD = 1  # noqa: E501, CKP201  # a\n"),
        ("BAD = 1  # a  # noqa: E501\n", "BAD = 1  # a  # noqa: E501, CKP201\n"),
        (
            "BAD = WORSE  # ckptlint: ignore[worse-word] old\n",
            "BAD = WORSE  # ckptlint: ignore[worse-word] old  # noqa: CKP201\n",
        ),
        ("(\n    BAD,  # noqa: E501\n)\n", "(\n    BAD,  # noqa: E501\n)  # noqa: CKP201\n"),
        ("# # BAD\n", "# # BAD  # noqa: CKP201\n"),
        ("x = 1  # noqa: CKP201\n", "x = 1  # noqa: CKP201, CKP901\n"),
        ("# ckptlint: ignoer\nx = 1\n", "# ckptlint: ignoer  # noqa: CKP902\nx = 1\n"),
        ("x = 1  # ckptlint: ignore[\n", "x = 1  # ckptlint: ignore[  # noqa: CKP902\n"),
        ("BAD\ncall(\n", "BAD  # noqa: CKP201\ncall(\n"),
    ],
)
def test_a_noqa_at_the_end_of_the_statement(before: str, after: str) -> None:
    assert hidden(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BAD = 1\n", "BAD = 1  # ckptlint: ignore[bad-word]\n"),
        ("BAD = WORSE\n", "BAD = WORSE  # ckptlint: ignore[bad-word, worse-word]\n"),
        (
            "BAD = WORSE  # ckptlint: ignore[CKP301]  # a\n",
            "BAD = WORSE  # ckptlint: ignore[CKP301, bad-word]  # a\n",
        ),
        (
            "BAD = WORSE  # ckptlint: ignore[CKP301 ,X1] why \n",
            "BAD = WORSE  # ckptlint: ignore[CKP301 ,X1 ,bad-word ,"
            "unknown-code-in-suppression] why \n",
        ),
        ("BAD  # noqa: E501\n", "BAD  # noqa: E501  # ckptlint: ignore[bad-word]\n"),
        ("# BAD\n", "# BAD  # noqa: CKP201\n"),
    ],
)
def test_an_ignore_with_names(before: str, after: str) -> None:
    assert hidden(before, form=Form.IGNORE) == after


@pytest.mark.parametrize(
    ("before", "form", "reason", "after"),
    [
        ("BAD\n", Form.NOQA, "kept  for\nreplay", "BAD  # noqa: CKP201 kept for replay\n"),
        ("BAD\n", Form.NOQA, "v2 saves it", "BAD  # noqa: CKP201 - v2 saves it\n"),
        ("BAD  # noqa: E501,\n", Form.NOQA, "old", "BAD  # noqa: E501, CKP201 old\n"),
        ("BAD  # noqa: E1 long\n", Form.NOQA, "old", "BAD  # noqa: E1, CKP201 long; old\n"),
        ("BAD  # noqa: E1 old\n", Form.NOQA, "old", "BAD  # noqa: E1, CKP201 old\n"),
        ("BAD\n", Form.IGNORE, "see #12", "BAD  # ckptlint: ignore[bad-word] see #12\n"),
        (
            "BAD; WORSE  # ckptlint: ignore[CKP301]\n",
            Form.IGNORE,
            "old",
            "BAD; WORSE  # ckptlint: ignore[CKP301, bad-word] old\n",
        ),
        (
            "BAD; WORSE  # ckptlint: ignore[CKP301] new  # a\n",
            Form.IGNORE,
            "old",
            "BAD; WORSE  # ckptlint: ignore[CKP301, bad-word] new; old  # a\n",
        ),
    ],
)
def test_a_reason(before: str, form: Form, reason: str, after: str) -> None:
    assert hidden(before, form=form, reason=reason) == after


def test_markdown_keeps_what_stands_around_its_code() -> None:
    before = (
        "- item\n\n  ```python\n  call(\n      BAD,\n  )\n  ```\n\n"
        "> ```pycon\n> >>> BAD\n> 1\n> ```\n"
    )
    assert hidden(before, "guide.md") == before.replace("  )\n", "  )  # noqa: CKP201\n").replace(
        ">>> BAD\n", ">>> BAD  # noqa: CKP201\n"
    )


def test_a_comment_of_markdown_itself_is_left_alone() -> None:
    text = "<!-- ckptlint: ignore[CKP201] why -->\n```python\nx = 1\n```\n"
    document = document_of(text, "guide.md")
    result = hide(document)
    assert result.document is document
    assert result.edits == ()
    assert [(one.finding.code, one.why) for one in result.refused] == [
        ("CKP901", "it does not stand in Python code")
    ]


def test_the_cells_of_a_notebook() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": kind, "metadata": {}, "outputs": [], "source": source}
        for kind, source in (
            ("code", ["%%time\n", "x = 1\n", "BAD"]),
            ("markdown", ["BAD"]),
            ("code", "call(\n  WORSE\n)\n"),
        )
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    result = hide(document_of(text, "book.ipynb"))
    written = json.loads(result.document.to_bytes())
    assert [cell["source"] for cell in written["cells"]] == [
        ["%%time\n", "x = 1\n", "BAD  # noqa: CKP201"],
        ["BAD"],
        "call(\n  WORSE\n)  # noqa: CKP301\n",
    ]
    assert [
        (edit.place.cell, edit.place.span.start, edit.replacement) for edit in result.edits
    ] == [
        (1, (3, 4), "  # noqa: CKP201"),
        (3, (3, 2), "  # noqa: CKP301"),
    ]
    assert result.refused == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", ["", "\ufeff", "# coding: latin-1\n"])
def test_line_ends_and_encoding_stay(end: str, head: str) -> None:
    encoding = "latin-1" if "latin" in head else "utf-8"
    text = f"{head}x = 'é'\nBAD = 1\ny = (\n    BAD\n)\n".replace("\n", end)
    result = hide(read_document("code.py", text.encode(encoding)))
    assert result.document.to_bytes() == text.replace("BAD = 1", "BAD = 1  # noqa: CKP201").replace(
        f"BAD{end})", f"BAD{end})  # noqa: CKP201"
    ).encode(encoding)


def test_what_the_encoding_cannot_hold_is_refused_alone() -> None:
    document = read_document("code.py", b"# coding: ascii\nBAD = 1\nWORSE = 2\n")
    result = hide(document, reason="naïve")
    assert result.document is document
    assert result.edits == ()
    assert [(one.finding.code, one.why.partition(":")[0]) for one in result.refused] == [
        ("CKP201", "the file's encoding cannot hold the text"),
        ("CKP301", "the file's encoding cannot hold the text"),
    ]


def test_a_line_that_cannot_be_changed_does_not_keep_others_from_it() -> None:
    text = "```pycon\n>>> BAD\n```\n\n```python\n%time x\nWORSE = 1\n```\n"
    document = document_of(text, "guide.md")
    of_magic = LocatedFinding(
        "CKP201",
        "bad-word",
        "found",
        Severity.ERROR,
        Place("guide.md", Span(Position(6, 1), Position(6, 5))),
        noqa_line=6,
    )
    found = locate_all(document, LOOKER.look(document).found)
    result = suppress(document, [of_magic, *found])
    assert [(one.finding, one.why) for one in result.refused] == [
        (of_magic, "line 1 of the code stands for something that is not Python")
    ]
    assert result.document.text == text.replace(">>> BAD", ">>> BAD  # noqa: CKP201").replace(
        "WORSE = 1", "WORSE = 1  # noqa: CKP301"
    )
    assert [edit.place.span.start.line for edit in result.edits] == [2, 7]


def test_what_stands_below_an_error_of_the_tokenizer_is_refused() -> None:
    result = hide(document_of("x = ')'\ny = 'BAD\nz = '''\nBAD\n"))
    assert [one.why for one in result.refused][
        -1
    ] == "no statement that can be read ends on its line"


_LINES = st.sampled_from(
    [
        "BAD = 1",
        "x = BAD, WORSE",
        "y = '''\n  BAD # noqa\n'''",
        "call(\n  WORSE,\n\n  BAD)",
        "if x: BAD",
        "# BAD",
        "",
        "z = 'é' + \\\n 'WORSE'",
        "def f(BAD):\n    # note\n    return WORSE",
    ]
)
_COMMENTS = st.sampled_from(
    [
        "",
        " ",
        "  # why",
        "  #",
        "  # noqa: E501",
        "  # noqa : E501,W1 - long",
        "  # type: ignore  # noqa: e501 # more",
        "  # noqa: CKP301",
        "  # ckptlint: ignore[worse-word, CKP405] see #12",
        "  # ckptlint: ignore[bad-wrod] why",
        "  # ckptlint: ignored",
    ]
)


@given(
    st.lists(st.tuples(_LINES, _COMMENTS), max_size=6),
    st.sampled_from([Form.NOQA, Form.IGNORE]),
    st.sampled_from(["", "known", "a1 # b", "until=2027-01-31 é"]),
)
def test_any_finding_is_hidden_for_good(
    lines: list[tuple[str, str]], form: Form, reason: str
) -> None:
    text = "".join(f"{code}{comment}\n" for code, comment in lines)
    document = document_of(text)
    result = hide(document, form, reason)
    assert result.refused == ()
    assert [one for one in shown(LOOKER, result.document) if "CKP903" not in one] == []
    assert ast.dump(ast.parse(result.document.text)) == ast.dump(ast.parse(text))
    assert [line.split("#")[0].rstrip() for line in result.document.text.split("\n")] == [
        line.split("#")[0].rstrip() for line in text.split("\n")
    ]
    assert hide(result.document, form, reason).edits == ()


def test_a_last_day_is_not_lent_to_others() -> None:
    until = "BAD  # noqa: E501 until=2027-01-31\n"
    assert hidden(until) == f"{until.rstrip()}  # noqa: CKP201\n"
    new = "BAD  # noqa: E501\n"
    expected = "BAD  # noqa: E501  # noqa: CKP201 until=2027-01-31 why\n"
    assert hidden(new, reason="until=2027-01-31 why") == expected
