"""Suppressions in Markdown around its blocks: what they hide, and how they are removed."""

from __future__ import annotations

import pytest
from engine_doubles import document_of, looker_of, shown, word_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.fixing import Fixed, FixPolicy, fix_document
from ckptlint.engine.locating import locate_all
from ckptlint.sources.document import OUTSIDE, read_document
from ckptlint.sources.lines import EditRefusedError
from ckptlint.sources.source import Edit, Position, Span

ENABLED = frozenset({"CKP201", "CKP301", "CKP900", "CKP901", "CKP902"})
LOOKER = looker_of(
    word_rule("CKP201", "bad-word", "BAD"),
    word_rule("CKP301", "worse-word", "WORSE"),
    enabled=ENABLED,
)
BLOCK = "```python\nx = 1\n```\n"
BAD_BLOCK = "```python\nBAD\n```\n"
NO_BLOCK = "CKP901 Unused suppression: it stands before no block of Python"


def check(text: str) -> list[str]:
    return shown(LOOKER, document_of(text, "guide.md"))


def fixed(text: str) -> Fixed:
    document = read_document("guide.md", text.encode())
    return fix_document(
        document, lambda one: LOOKER.look(one).found, FixPolicy(ENABLED, False), "guide.md"
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"<!-- ckptlint: ignore[CKP201] why -->\n{BLOCK}", BLOCK),
        (f"Text.\n\n<!-- ckptlint: ignore -->\n\n{BLOCK}", f"Text.\n\n\n{BLOCK}"),
        (f"<!-- ckptlint: ignore[CKP201]\n     why -->\n{BLOCK}", BLOCK),
        (f"<!-- ckptlint: ignore-file[CKP201] -->\n{BLOCK}", BLOCK),
        (
            f"<!-- ckptlint: ignore[CKP201, worse-word] why -->\n{BAD_BLOCK}",
            f"<!-- ckptlint: ignore[CKP201] why -->\n{BAD_BLOCK}",
        ),
        (
            f"<!-- one --> <!-- ckptlint: ignore[CKP301] --> <!-- two -->\n{BLOCK}",
            f"<!-- one -->  <!-- two -->\n{BLOCK}",
        ),
        (
            "> <!-- ckptlint: ignore[CKP301] -->\n> ```python\n> x\n> ```\n",
            "> ```python\n> x\n> ```\n",
        ),
        (
            "1. <!-- ckptlint: ignore[CKP301] -->\n   ```python\n   x\n   ```\n",
            "1. \n   ```python\n   x\n   ```\n",
        ),
        (
            "<!-- ckptlint: ignore[CKP301] -->\r\n```python\r\nx\r\n```\r\n",
            "```python\r\nx\r\n```\r\n",
        ),
        (
            f"<!-- ckptlint: ignore[CKP301] -->\n{BAD_BLOCK.replace('BAD', 'x  # noqa: CKP201')}",
            BAD_BLOCK.replace("BAD", "x"),
        ),
        (f"{BLOCK}\n<!-- ckptlint: ignore[CKP301] -->", BLOCK),
        ("<!-- ckptlint: ignore[CKP301] -->\n", ""),
        ("# Title\n<!-- ckptlint: ignore[CKP301] -->\nText.\n", "# Title\nText.\n"),
    ],
)
def test_an_unused_comment_is_removed(text: str, after: str) -> None:
    outcome = fixed(text)
    assert outcome.faults == ()
    assert outcome.document.raw == after
    assert fixed(after).document.raw == after


@pytest.mark.parametrize(
    "below",
    ["```bash\nBAD\n```\n", "Text.\n", "", "# Title\n\n" + BLOCK, "```\nBAD\n```\n"],
)
def test_a_comment_before_no_block_is_reported(below: str) -> None:
    text = f"Text.\n\n<!-- ckptlint: ignore[CKP201] why -->\n{below}"
    assert check(text) == [f"3:1 {NO_BLOCK}"]


def test_the_fix_is_shown_in_the_lines_of_the_file() -> None:
    document = document_of("Text.\n\n> <!-- ckptlint: ignore[CKP201] -->\n> Text.\n", "guide.md")
    (located,) = locate_all(document, LOOKER.look(document).found)
    assert located.fix is not None
    assert (located.fix.first_line, located.fix.before, located.fix.after) == (
        3,
        ("> <!-- ckptlint: ignore[CKP201] -->",),
        (),
    )
    assert (located.noqa_line, located.context_start) == (3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Write `<!-- ckptlint: ignore[CKP201] -->` before a block.\n",
        "```markdown\n<!-- ckptlint: ignore[CKP201] -->\n```\n",
        "    <!-- ckptlint: ignore[CKP201] -->\n",
        "Text <!-- ckptlint: ignore[CKP201] --> text.\n",
        "<!-- see ckptlint: ignore[CKP201] -->\n",
        "<!-- a comment -->\n",
    ],
)
def test_what_only_looks_like_a_comment_is_left_alone(text: str) -> None:
    assert check(text) == []


def test_ignore_file_counts_wherever_it_stands() -> None:
    text = f"<!-- ckptlint: ignore-file[CKP201] why -->\n\n# Title\n\n{BAD_BLOCK}"
    assert check(text) == []
    assert check(text.replace("-file", "")) == [f"1:1 {NO_BLOCK}", "6:1 CKP201 found BAD"]
    assert check("<!-- ckptlint: ignore-file[CKP201] why -->\n") == [
        "1:1 CKP901 Unused suppression: no finding of CKP201 is hidden here"
    ]


def test_a_comment_before_no_block_is_understood_or_not() -> None:
    assert check("<!-- ckptlint: ignroe -->\n")[0].startswith("1:1 CKP902 Suppression not underst")
    assert check("<!-- ckptlint: ignore[CKP999] -->\n") == [
        f"1:1 {NO_BLOCK}",
        "1:23 CKP902 Unknown rule `CKP999` in a suppression (did you mean `CKP905`?)",
    ]


def test_edits_outside_of_the_code_leave_the_code_alone() -> None:
    document = read_document("guide.md", f"Text.\n{BLOCK}".encode())

    def edit(line: int, text: str) -> Edit:
        return Edit(Span(Position(line, 1), Position(line + 1, 1)), text)

    changed = document.apply({OUTSIDE: [edit(1, "Other.\n")], 0: [edit(1, "y = 2\n")]})
    assert changed.raw == "Other.\n```python\ny = 2\n```\n"
    for line in (2, 3):
        with pytest.raises(EditRefusedError):
            document.apply({OUTSIDE: [edit(line, "")]})


PIECES = st.sampled_from(
    (
        "<!-- ckptlint: ignore[CKP201] why -->\n",
        "<!-- ckptlint: ignore[CKP301]\nwhy -->\n",
        "<!-- ckptlint: ignore-file[CKP301] -->\n",
        "<!-- other --> <!-- ckptlint: ignore -->\n",
        "> <!-- ckptlint: ignore[CKP201, CKP301] -->\n",
        "- <!-- ckptlint: ignore[CKP201] -->\n",
        BLOCK,
        BAD_BLOCK,
        "> ```python\n> BAD\n> ```\n",
        "```bash\nx\n```\n",
        "Text.\n",
        "\n",
        "# Title\n",
    )
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_fixes_remove_what_is_unused_and_hide_no_less(text: str) -> None:
    outcome = fixed(text)
    assert outcome.faults == ()
    left = [one.split(" ", 1)[1] for one in check(outcome.document.text)]
    before = [one.split(" ", 1)[1] for one in check(text)]
    assert left == [one for one in before if "CKP901" not in one]
    code = [source.text for source in read_document("guide.md", text.encode()).sources]
    assert [source.text for source in outcome.document.sources] == code
