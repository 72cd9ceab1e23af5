"""What suppression comments hide, and what is said about the comments themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from engine_doubles import document_of, looker_of, shown, word_rule

from ckptlint.engine.fixing import FixPolicy, fix_document

if TYPE_CHECKING:
    from ckptlint.engine.looking import Looker

BAD = word_rule("CKP201", "bad-word", "BAD")
WORSE = word_rule("CKP301", "worse-word", "WORSE")
QUIET = word_rule("CKP401", "quiet-word", "QUIET", on_by_default=False)
FOREIGN = word_rule("XYZ101", "foreign-word", "FOREIGN")
WITHOUT_903 = frozenset({"CKP201", "CKP301", "CKP900", "CKP901", "CKP902", "CKP904", "XYZ101"})


def looker(enabled: frozenset[str] = WITHOUT_903) -> Looker:
    return looker_of(BAD, WORSE, QUIET, FOREIGN, enabled=enabled)


def check(text: str, name: str = "code.py", enabled: frozenset[str] = WITHOUT_903) -> list[str]:
    return shown(looker(enabled), document_of(text, name))


@pytest.mark.parametrize(
    "text",
    [
        "BAD = 1  # noqa\n",
        "BAD = 1  # NOQA:ckp201\n",
        "BAD = 1  # noqa: E501,CKP201\n",
        "BAD = 1  # noqa: CKP2\n",
        "BAD = 1  # ckptlint: ignore\n",
        "BAD = 1  # ckptlint: ignore[CKP201]\n",
        "BAD = 1  # ckptlint: ignore[ckp201]\n",
        "BAD = 1  # ckptlint: ignore[bad-word] known\n",
        "BAD = 1  # ckptlint: ignore[CKP]\n",
        "BAD = 1  # ckptlint: ignore[ALL]\n",
        "BAD = 1  # type: ignore  # ckptlint: ignore[CKP201]\n",
        "BAD(\n    1,\n)  # noqa: CKP201\n",
        "(\n    BAD\n)  # ckptlint: ignore[CKP201]\n",
        "call(\n    BAD,  # noqa: CKP201\n)\n",
        "call(\n    # ckptlint: ignore[CKP201]\n    BAD,\n)\n",
        "BAD = '''\ntext\n'''  # noqa: CKP201\n",
        "BAD = 1 + \\\n    1  # noqa: CKP201\n",
        "# ckptlint: ignore[CKP201] known\nBAD = 1\n",
        "# ckptlint: ignore[CKP201] known\n\n# another comment\ncall(\n    BAD,\n)\n",
        "# ckptlint: ignore[CKP201]\n@decorated(BAD)\n@other\ndef BAD(): pass\n",
        "if x:\n    # ckptlint: ignore[CKP201]\n    BAD = 1\n",
        "BAD = 1\n# ckptlint: ignore-file[CKP201] generated\n",
        "# ckptlint: ignore-file\nBAD = 1\n",
        "BAD = 1  # ckptlint: ignore[CKP201]\ncall(\n",
    ],
)
def test_what_is_hidden(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("BAD = '# noqa'\n", ["1:1 CKP201 found BAD"]),
        ("BAD = 1  # noqa: E501\n", ["1:1 CKP201 found BAD"]),
        ("BAD = 1\n# noqa\n", ["1:1 CKP201 found BAD"]),
        ("BAD(  # noqa: E501\n    BAD,\n)\n", ["1:1 CKP201 found BAD", "2:5 CKP201 found BAD"]),
        ("call(  # noqa\n    BAD,\n)\n", ["2:5 CKP201 found BAD"]),
        ("# noqa\nBAD = 1\n", ["2:1 CKP201 found BAD"]),
    ],
)
def test_what_is_not_hidden(text: str, findings: list[str]) -> None:
    assert check(text) == findings


@pytest.mark.parametrize(
    ("text", "findings", "fixed"),
    [
        (
            "x = 1  # noqa: CKP201\n",
            ["1:8 CKP901 Unused suppression: no finding of CKP201 is hidden here"],
            "x = 1\n",
        ),
        (
            "x = 1  # noqa: CKP201,E501 long\n",
            ["1:8 CKP901 Unused suppression: no finding of CKP201 is hidden here"],
            "x = 1  # noqa: E501 long\n",
        ),
        (
            "x = 1  # noqa: E501, CKP201, CKP301, XYZ101\n",
            [
                "1:8 CKP901 Unused suppression: no finding of CKP201, CKP301 or XYZ101 is hidden "
                "here"
            ],
            "x = 1  # noqa: E501\n",
        ),
        (
            "BAD = 1  # ckptlint: ignore[CKP201, worse-word] known\n",
            ["1:10 CKP901 Unused suppression: no finding of worse-word is hidden here"],
            "BAD = 1  # ckptlint: ignore[CKP201] known\n",
        ),
        (
            "x = 1  # type: ignore  # ckptlint: ignore[CKP201] known  # noqa: E501\n",
            ["1:24 CKP901 Unused suppression: no finding of CKP201 is hidden here"],
            "x = 1  # type: ignore  # noqa: E501\n",
        ),
        (
            "if x:\n    # ckptlint: ignore[CKP201] known\n    y = 1\n",
            ["2:5 CKP901 Unused suppression: no finding of CKP201 is hidden here"],
            "if x:\n    y = 1\n",
        ),
        (
            "x = 1\n# ckptlint: ignore-file[CKP201]",
            ["2:1 CKP901 Unused suppression: no finding of CKP201 is hidden here"],
            "x = 1",
        ),
        ("# ckptlint: ignore\n", ["1:1 CKP901 Unused suppression: it hides no finding"], ""),
        (
            "# ckptlint: ignore[CKP201]\n\nx = 1\nBAD = 1\n",
            [
                "1:1 CKP901 Unused suppression: no finding of CKP201 is hidden here",
                "4:1 CKP201 found BAD",
            ],
            "\nx = 1\nBAD = 1\n",
        ),
        (
            "x = 1  # noqa: CKP2\n",
            ["1:8 CKP901 Unused suppression: no finding of CKP2 is hidden here"],
            "x = 1\n",
        ),
        (
            "call(\n    # noqa: CKP201\n    x,\n)\n",
            ["2:5 CKP901 Unused suppression: no finding of CKP201 is hidden here"],
            "call(\n    x,\n)\n",
        ),
    ],
)
def test_an_unused_suppression_is_reported_and_removed(
    text: str, findings: list[str], fixed: str
) -> None:
    assert check(text) == findings
    look = looker().look
    outcome = fix_document(
        document_of(text), lambda one: look(one).found, FixPolicy(WITHOUT_903, False), "code.py"
    )
    assert outcome.document.text == fixed
    assert outcome.faults == ()
    left = [finding for finding in findings if "CKP901" not in finding]
    assert [line.split(" ", 1)[1] for line in shown(looker(), outcome.document)] == [
        line.split(" ", 1)[1] for line in left
    ]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # noqa\n",
        "x = 1  # noqa: E501\n",
        "x = 1  # noqa: ABC101\n",
        "x = 1  # noqa: CKP401\n",
        "x = 1  # ckptlint: ignore[quiet-word]\n",
        "x = 1  # noqa: CKP901\n",
        "x = 1  # noqa: CKP4\n",
        "# ckptlint: ignore[ALL]\n",
        "text = '# noqa: CKP201'\n",
        "x = 1  # see noqa: CKP201\n",
    ],
)
def test_what_is_never_called_unused(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize(
    "text", ["x = 1  # noqa: CKP201\n", "# ckptlint: ignore\n", "# ckptlint: ignore-file[CKP2]\n"]
)
def test_a_rule_that_did_not_run_leaves_its_suppressions_alone(text: str) -> None:
    assert check(text, enabled=WITHOUT_903 - {"CKP201"}) == []


def test_an_unused_suppression_can_itself_be_suppressed() -> None:
    assert check("x = 1  # noqa: CKP201, CKP901\n") == []
    assert check("# ckptlint: ignore-file[CKP901] for the tests\nx = 1  # noqa: CKP201\n") == []


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (
            "x = 1  # noqa: E501, CKP210\n",
            ["1:22 CKP902 Unknown rule `CKP210` in a suppression (did you mean `CKP201`?)"],
        ),
        (
            "x = 1  # ckptlint: ignore[E501]\n",
            ["1:27 CKP902 Unknown rule `E501` in a suppression"],
        ),
        (
            "x = 1  # ckptlint: ignore[bad-wrod] known\n",
            ["1:27 CKP902 Unknown rule `bad-wrod` in a suppression (did you mean `bad-word`?)"],
        ),
        (
            "x = 1  # ckptlint: ignore[CKP201\n",
            [
                "1:8 CKP902 Suppression not understood: the bracket of `ckptlint: ignore[` is "
                "never closed"
            ],
        ),
        (
            "BAD = 1  # ckptlint: ignore CKP201: known\n",
            ["1:10 CKP902 `ckptlint: ignore CKP201` hides every rule, not only CKP201"],
        ),
    ],
)
def test_an_unknown_rule_in_a_suppression(text: str, findings: list[str]) -> None:
    assert check(text) == findings


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("BAD = 1  # ckptlint: ignore[CKP201]\n", ["1:10 CKP903 Suppression without a reason"]),
        ("BAD = 1  # ckptlint: ignore --\n", ["1:10 CKP903 Suppression without a reason"]),
        ("BAD = 1  # ckptlint: ignore[CKP201] known\n", []),
        ("BAD = 1  # noqa: CKP201\n", []),
    ],
)
def test_a_suppression_without_a_reason(text: str, findings: list[str]) -> None:
    assert check(text, enabled=WITHOUT_903 | {"CKP903"}) == findings


def test_a_comment_of_markdown_covers_the_whole_block_after_it() -> None:
    text = """\
<!-- ckptlint: ignore[CKP201] for readers -->

```python
BAD = 1
BAD = 2
```

```python
BAD = 3
```
"""
    assert check(text, "guide.md") == ["9:1 CKP201 found BAD"]


def test_comments_of_markdown_are_looked_at_too() -> None:
    text = """\
# Guide

> <!-- ckptlint: ignore[CKP301, CKP999] -->
> ```python
> x = 1  # noqa: CKP201
> ```
"""
    assert check(text, "guide.md", WITHOUT_903 | {"CKP903"}) == [
        "3:3 CKP901 Unused suppression: no finding of CKP301 is hidden here",
        "3:3 CKP903 Suppression without a reason",
        "3:33 CKP902 Unknown rule `CKP999` in a suppression (did you mean `CKP905`?)",
        "5:10 CKP901 Unused suppression: no finding of CKP201 is hidden here",
    ]


def notebook(*cells: str) -> str:
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "metadata": {},
                    "outputs": [],
                    "source": cell,
                }
                for cell in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def test_suppressions_in_a_notebook() -> None:
    text = notebook("BAD = 1  # noqa: CKP201\nx = 1  # noqa: CKP301", "BAD = 2\n")
    assert check(text, "book.ipynb") == [
        "1:1 CKP201 found BAD",
        "2:8 CKP901 Unused suppression: no finding of CKP301 is hidden here",
    ]


def test_ignore_file_in_one_cell_or_block_holds_for_the_whole_file() -> None:
    text = notebook("BAD = 1", "# ckptlint: ignore-file[CKP201] shown to readers")
    assert check(text, "book.ipynb") == []
    text = (
        "```python\nBAD = 1\n```\n\n```python\nx = 1  # ckptlint: ignore-file[bad-word] why\n```\n"
    )
    assert check(text, "guide.md") == []


def test_a_cell_that_holds_only_an_unused_suppression_is_left_empty() -> None:
    look = looker().look
    document = document_of(notebook("# ckptlint: ignore[CKP201]", "x = 1"), "book.ipynb")
    policy = FixPolicy(WITHOUT_903, False)
    outcome = fix_document(document, lambda one: look(one).found, policy, "book.ipynb")
    assert [outcome.document.lines(1), outcome.document.lines(2)] == [("",), ("x = 1",)]
    assert outcome.counts == {"CKP901": 1}


@pytest.mark.parametrize(
    "text",
    [
        "BAD = 1  # noqa: CKP201 until={day}\n",
        "BAD = 1  # noqa until={day}\n",
        "BAD = 1  # ckptlint: ignore[CKP201] until={day} why\n",
        "# ckptlint: ignore-file[CKP201] until={day} why\nBAD = 1\n",
        "# ckptlint: ignore[bad-word] until={day}\nBAD = 1\n",
    ],
)
def test_a_suppression_expires_after_its_last_day(text: str) -> None:
    enabled = WITHOUT_903 | {"CKP905"}
    days = looker(enabled)._replace(today="2027-01-31")
    for day in ("2027-01-31", "2027-02-01"):
        assert shown(days, document_of(text.format(day=day))) == []
    found = shown(days, document_of(text.format(day="2027-01-30")))
    line = text[: text.index("BAD")].count("\n") + 1
    assert f"{line}:1 CKP201 found BAD" in found
    (about,) = (one for one in found if "CKP905" in one)
    assert about.endswith("CKP905 Suppression expired: 2027-01-30 was its last day")
    assert len(found) == 2


def test_an_expired_suppression_that_hides_nothing_is_unused() -> None:
    days = looker(WITHOUT_903 | {"CKP905"})._replace(today="2027-01-31")
    assert shown(days, document_of("x = 1  # noqa: CKP201 until=2027-01-30\n")) == [
        "1:8 CKP901 Unused suppression: no finding of CKP201 is hidden here"
    ]


def test_another_suppression_still_hides_what_an_expired_one_does_not() -> None:
    days = looker(WITHOUT_903 | {"CKP905"})._replace(today="2027-01-31")
    text = "BAD = 1  # ckptlint: ignore[CKP201] until=2027-01-30  # noqa: CKP201\n"
    expired = "1:10 CKP905 Suppression expired: 2027-01-30 was its last day"
    assert shown(days, document_of(text)) == [expired]
    assert shown(days, document_of(text.replace(": CKP201\n", ": CKP201, CKP905\n"))) == []
    assert shown(days, document_of(text.replace(": CKP201\n", "\n"))) == [expired]


def test_a_last_day_in_markdown() -> None:
    text = "<!-- ckptlint: ignore[CKP201] until=2027-01-30 -->\n```python\nBAD\n```\n"
    days = looker(WITHOUT_903 | {"CKP905"})
    assert shown(days._replace(today="2027-01-30"), document_of(text, "a.md")) == []
    assert shown(days._replace(today="2027-01-31"), document_of(text, "a.md")) == [
        "1:1 CKP905 Suppression expired: 2027-01-30 was its last day",
        "3:1 CKP201 found BAD",
    ]


def test_a_last_day_that_is_none_hides_nothing() -> None:
    problem = "CKP902 Suppression not understood: `until=soon` names no day"
    found = check("BAD = 1  # noqa: CKP201 until=soon\n")
    assert [one.split(",")[0] for one in found] == ["1:1 CKP201 found BAD", f"1:10 {problem}"]
    assert check("BAD = 1  # noqa: E501 until=soon\n") == ["1:1 CKP201 found BAD"]
    found = check("BAD = 1  # noqa until=soon\n")
    assert [one.split(",")[0] for one in found] == ["1:1 CKP201 found BAD", f"1:10 {problem}"]


def test_a_last_day_alone_is_no_reason() -> None:
    days = looker(WITHOUT_903 | {"CKP903"})._replace(today="2027-01-31")
    text = "BAD = 1  # ckptlint: ignore[CKP201] until=2027-01-31\n"
    assert shown(days, document_of(text)) == ["1:10 CKP903 Suppression without a reason"]
