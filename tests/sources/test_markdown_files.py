from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.sources.document import Document, EditRefusedError, read_document
from ckptlint.sources.fences import Language, language_of
from ckptlint.sources.lines import Lines
from ckptlint.sources.source import Edit, LineOrigin, Place, Position, Span


def edit(start: tuple[int, int], end: tuple[int, int], replacement: str) -> Edit:
    return Edit(Span(Position(*start), Position(*end)), replacement)


def read(text: str) -> Document:
    return read_document(Path("a.md"), text.encode())


def code_of(text: str) -> list[str]:
    return [source.text for source in read(text).sources]


@pytest.mark.parametrize(
    "info",
    [
        "python",
        "py",
        "Python3",
        " PY3",
        "{python}",
        "{.python .numberLines}",
        "{python, echo=FALSE}",
        'python title="a.py"',
        "python {.line-numbers}",
        "python{1,3}",
        "python,ignore",
        "python:a.py",
        "{code-block} python",
        "{code-block}python",
        "{code-cell} ipython3",
        "{sourcecode} PY",
    ],
)
def test_info_strings_of_python(info: str) -> None:
    assert language_of(info)[0] is Language.PYTHON


@pytest.mark.parametrize("info", ["pycon", "python-console", "{code-block} pycon"])
def test_info_strings_of_a_console(info: str) -> None:
    assert language_of(info)[0] is Language.CONSOLE


@pytest.mark.parametrize(
    "info",
    ["", "   ", "text", "pytb", "python-traceback", "bash python", "{note}", "{note} python",
     "{code-block}", "pyx", "cpython", "{"],
)  # fmt: skip
def test_other_info_strings(info: str) -> None:
    assert language_of(info)[0] is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python\nx\n```\n", ["x\n"]),
        ("~~~~ py\nx\n~~~\n~~~~\n", ["x\n~~~\n"]),
        ("   ```py\n   x\n     y\n   ```", ["x\n  y\n"]),
        ("```py\n    def f():\n\n        x\n```", ["def f():\n\n    x\n"]),
        ("```py\nx", ["x\n"]),
        ("```py\nx\n\n", ["x\n\n"]),
        ("```py\n```", [""]),
        ("```py", [""]),
        ("    ```py\n    x\n    ```\n", []),
        ("text\n\n    x = 1\n", []),
        ("```text\n```py\nx\n```\n", []),
        ("````md\n```py\nx\n```\n````", []),
        ("<!--\n```py\nx\n```\n-->", []),
        ("`` ```py ``\n", []),
        ("> ```py\n> x\n>\n>   y\n> ```", ["x\n\n  y\n"]),
        ("> ```py\n> x\ny", ["x\n"]),
        ("- a\n\n  ```py\n  x\n\n  y\n  ```", ["x\n\ny\n"]),
        ("1. ```py\n   x\n   ```\n2. ```py\n   y\n   ```", ["x\n", "y\n"]),
        ("- > * ```py\n  >   if a:\n  >       b\n  >   ```", ["if a:\n    b\n"]),
        ("-\t```py\n\tx\n\t\ty\n\t```", ["x\n\ty\n"]),
        ("```py\n\tx\n\t\ty\n```", ["x\n\ty\n"]),
        ("a\r\n```py\r\nx\r\n```\r\n", ["x\n"]),
        ("```py\nx\x0c\u2028y\n```", ["x\x0c\u2028y\n"]),
        ("```{code-block} python\n:linenos:\n:caption: a\n\nx\n```", ["\n\n\nx\n"]),
        ("```{code-block} python\n---\nlinenos: true\n---\nx\n```", ["\n\n\nx\n"]),
        ("```python\n:linenos:\n```", [":linenos:\n"]),
        ("```py\n!pip install a\nimport a\n```", ["pass\nimport a\n"]),
        ("```py\n>>> x\n1\n>>> for a in b:\n...     c\n...\n\n>>> y\n```",
         ["x\n\nfor a in b:\n    c\n\n\ny\n"]),
        ("```pycon\n>>> x\n...\n... y\n...z\n>>>\n>>>w\n```", ["x\n\ny\n\n\n\n"]),
        ("```pycon\nTraceback\n```", ["\n"]),
        ("```py\n# a\n  >>> x\n  2\n```", ["\nx\n\n"]),
        ("```py\ndef f():\n  '''\n  >>> x\n  '''\n```", ["def f():\n  '''\n  >>> x\n  '''\n"]),
    ],
)  # fmt: skip
def test_blocks(text: str, expected: list[str]) -> None:
    assert code_of(text) == expected
    assert read(text).to_bytes() == text.encode()


def test_a_block_knows_where_it_stands() -> None:
    document = read("# a\n\n> - ```py\n>   x\n>\n>     y\n>   ```\nb\n")
    (source,) = document.sources
    assert source.is_fragment
    assert source.origins == (
        LineOrigin(4, 4),
        LineOrigin(5, 1),
        LineOrigin(6, 4),
        LineOrigin(7, 0),
    )
    place = source.place(Span(Position(3, 3), Position(3, 4)))
    assert place == Place("a.md", Span(Position(6, 7), Position(6, 8)))
    assert document.lines()[5][6] == "y"


def test_a_prompt_counts_as_removed() -> None:
    (source,) = read("- ```pycon\n  >>> x = 1\n  ```\n").sources
    place = source.place(Span(Position(1, 5), Position(1, 6)))
    assert place.span.start == Position(2, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!-- a -->\n```py\n```\n", {0: (((1, 1), "<!-- a -->"),)}),
        (
            "b\n<!-- a -->\n\n  <!-- c --> <!--d-->\n<!--e\nf-->\n\n```py\n```",
            {
                0: (
                    ((2, 1), "<!-- a -->"),
                    ((4, 3), "<!-- c -->"),
                    ((4, 14), "<!--d-->"),
                    ((5, 1), "<!--e\nf-->"),
                )
            },
        ),
        ("> - <!-- a -->\n>\n>   ```py\n>   ```", {0: (((1, 5), "<!-- a -->"),)}),
        ("<!-- a -->\n- ```py\n  ```", {0: (((1, 1), "<!-- a -->"),)}),
        ("```py\n```\n<!-- a -->\n```py\n```", {1: (((3, 1), "<!-- a -->"),)}),
        ("<!-- a -->\nb\n```py\n```\n", {}),
        ("<!-- a --> b\n```py\n```\n", {}),
        ("<!-- a -->\n<b>\n\n```py\n```\n", {}),
        ("<!-- a -->\n\n[b]: c\n\n```py\n```\n", {}),
        ("<!-- a -->\n```text\n```\n", {}),
        ("<!-- a -->\n```text\n```\n```py\n```\n", {}),
    ],
)
def test_comments_right_before_a_block(text: str, expected: object) -> None:
    assert read(text).block_comments == expected


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        # Whole lines go with what stands before them, and new ones get it.
        ("> ```py\n> x\n> y\n> ```", [edit((1, 1), (2, 1), "")], "> ```py\n> y\n> ```"),
        ("> ```py\n> x\n> y\n> ```", [edit((2, 1), (3, 1), "")], "> ```py\n> x\n> ```"),
        ("> ```py\n> x\n> ```", [edit((1, 1), (1, 1), "a\n\nb\n")],
         "> ```py\n> a\n>\n> b\n> x\n> ```"),
        ("> ```py\n> x\n> ```", [edit((1, 2), (1, 2), "\n  a")], "> ```py\n> x\n>   a\n> ```"),
        ("> ```py\n> x\n> ```", [edit((2, 1), (2, 1), "a\n")], "> ```py\n> x\n> a\n> ```"),
        ("> ```py\n> x\n> ```", [edit((2, 1), (2, 1), "a")], "> ```py\n> x\n> a\n> ```"),
        ("> ```py\n> x\n>\n> y\n> ```", [edit((2, 1), (2, 1), "a")],
         "> ```py\n> x\n> a\n> y\n> ```"),
        ("> ```py\n> xyz\n> ```", [edit((1, 2), (1, 2), "\n")], "> ```py\n> x\n> yz\n> ```"),
        ("> ```py\n> x\n> y\n> z\n> ```", [edit((1, 2), (3, 1), "\nw\n")],
         "> ```py\n> x\n> w\n> z\n> ```"),
        ("> ```py\n> x(\n>  y)\n> ```", [edit((1, 1), (2, 4), "w")], "> ```py\n> w\n> ```"),
        # Nested in lists; the fence's own indentation is not the code's.
        ("- ```py\n  x\n  ```", [edit((1, 1), (1, 1), "a\n")], "- ```py\n  a\n  x\n  ```"),
        ("1. a\n\n   ```py\n       x\n   ```", [edit((1, 2), (1, 2), "\ny")],
         "1. a\n\n   ```py\n       x\n       y\n   ```"),
        ("> 1. ```py\n>    ```", [edit((1, 1), (1, 1), "a\n")], "> 1. ```py\n>    a\n>    ```"),
        # Unclosed.
        ("```py\nx", [edit((1, 2), (1, 2), "\ny")], "```py\nx\ny"),
        ("```py\nx\ny", [edit((2, 1), (3, 1), "")], "```py\nx"),
        ("```py\nx", [edit((2, 1), (2, 1), "y\n")], "```py\nx\ny"),
        # Line ends.
        ("```py\r\nx\r\n```\n", [edit((1, 1), (1, 1), "a\n")], "```py\r\na\r\nx\r\n```\n"),
        # Prompts.
        ("```py\n>>> x\n>>> y\n```", [edit((1, 1), (2, 1), "")], "```py\n>>> y\n```"),
        ("```py\n>>> x\n>>> y\n```", [edit((1, 2), (1, 2), "\nz")],
         "```py\n>>> x\n>>> z\n>>> y\n```"),
        ("```py\n>>> for a in b:\n...     c\n\n>>> y\n```", [edit((2, 6), (2, 6), "\n    d")],
         "```py\n>>> for a in b:\n...     c\n...     d\n\n>>> y\n```"),
        ("```py\n>>> for a in b:\n...     c\n>>> y\n```", [edit((3, 1), (3, 1), "    d\n")],
         "```py\n>>> for a in b:\n...     c\n...     d\n>>> y\n```"),
        ("```py\n>>> if a:\n...     c\n```", [edit((2, 1), (2, 1), "    d\nelse:\n")],
         "```py\n>>> if a:\n...     d\n... else:\n...     c\n```"),
        ("> ```py\n> >>> x = 1\n> ```", [edit((1, 5), (1, 6), "2")], "> ```py\n> >>> x = 2\n> ```"),
        ("```py\n>>> if a:\n...     b\n...\n```", [edit((3, 1), (3, 1), "    c\n")],
         "```py\n>>> if a:\n...     b\n...     c\n...\n```"),
        # Two edits of one line, and two that touch.
        ("> ```py\n> x = 1\n> ```", [edit((1, 1), (1, 2), "y"), edit((1, 5), (1, 6), "2")],
         "> ```py\n> y = 2\n> ```"),
        ("> ```py\n> x\n> y\n> ```", [edit((1, 1), (2, 1), ""), edit((2, 1), (2, 1), "a\n")],
         "> ```py\n> a\n> y\n> ```"),
        # Magics and options.
        ("```py\n!ls\nx\n```", [edit((2, 1), (3, 1), ""), edit((1, 1), (1, 1), "a\n")],
         "```py\na\n!ls\n```"),
        ("```{code} py\n:a:\n\nx\n```", [edit((1, 1), (1, 1), "\ny")],
         "```{code} py\n:a:\ny\n\nx\n```"),
    ],
)  # fmt: skip
def test_edits(text: str, edits: list[Edit], expected: str) -> None:
    assert read(text).apply({0: edits}).to_bytes().decode() == expected


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("```py\n>>> x\n1\n```", edit((1, 1), (2, 1), "")),
        ("```py\n>>> x\n1\n```", edit((1, 2), (1, 2), "\ny")),
        ("```py\n>>> x\n1\n>>> y\n```", edit((1, 1), (4, 1), "")),
        ("```py\n!ls\n```", edit((1, 1), (1, 5), "x")),
        ("```{code} py\n:a:\nx\n```", edit((1, 1), (1, 1), "y\n")),
        ("- a\n\n  ```py\n  x:\n\t y\n  ```", edit((2, 2), (2, 3), "z")),
    ],
)
def test_what_is_not_python_survives(text: str, change: Edit) -> None:
    with pytest.raises(EditRefusedError, match="stands for something that is not Python"):
        read(text).apply({0: [change]})


def test_an_edit_that_ends_the_block_is_refused() -> None:
    with pytest.raises(EditRefusedError, match=r"^the edit would not be read back as it was"):
        read("```py\nx\n```\n").apply({0: [edit((1, 1), (1, 1), "```\n")]})


def test_edits_of_several_blocks() -> None:
    document = read("```py\nx\n```\n- ```py\n  y\n  ```\n")
    changed = document.apply({1: [edit((1, 1), (1, 1), "a\n")], 0: [edit((1, 1), (1, 2), "z")]})
    assert changed.to_bytes() == b"```py\nz\n```\n- ```py\n  a\n  y\n  ```\n"
    assert [source.text for source in changed.sources] == ["z\n", "a\ny\n"]


NESTINGS = [("", ""), ("> ", "> "), ("- ", "  "), ("> 1. ", ">    "), ("- > ", "  > ")]
CODE = st.lists(st.sampled_from(["x = 1", "if a:", "    b = 2", "", "c(", "d)"]), min_size=1)


@given(
    st.sampled_from(NESTINGS),
    st.sampled_from(["```", "~~~~"]),
    st.sampled_from(["", "  "]),
    CODE,
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_edits_of_nested_blocks_do_what_they_do_on_text(
    nesting: tuple[str, str],
    fence: str,
    indentation: str,
    body: list[str],
    newline: str,
    data: st.DataObject,
) -> None:
    opening, prefix = nesting
    body = ["first = 0", *body, "last = 0"]
    lines = [f"{fence}python", *(f"{indentation}{text}" if text else "" for text in body), fence]
    text = newline.join([opening + lines[0], *((prefix + line).rstrip() for line in lines[1:])])
    document = read(text + newline + newline + "after" + newline)
    (source,) = document.sources
    assert source.text == "\n".join(body) + "\n"

    # Between the first and the last line, so that these keep the block's indentation.
    points = [
        Position(number, column)
        for number, line in enumerate(body[1:], start=2)
        for column in range(1, len(line) + 2 if number <= len(body) - 1 else 2)
    ]
    chosen = sorted(data.draw(st.sets(st.sampled_from(points), max_size=6)))
    replacement = st.sampled_from(["", "y", "y\n", "\ny", "    y\n\nz\n", "\n"])
    edits = [
        Edit(Span(start, end), data.draw(replacement))
        for start, end in zip(chosen[::2], chosen[1::2], strict=False)
    ]
    changed = document.apply({0: edits})
    expected = Lines.split(source.text).replace(edits).text
    assert [line.rstrip() for line in changed.sources[0].text.split("\n")] == [
        line.rstrip() for line in expected.split("\n")
    ]
    assert changed.to_bytes().decode().endswith(f"{fence}{newline}{newline}after{newline}")
    if newline == "\r\n":
        assert changed.to_bytes().count(b"\n") == changed.to_bytes().count(b"\r\n")


@given(st.text("`~py> -\n\t#<!x1.\r"))
def test_any_markdown_comes_back(text: str) -> None:
    document = read(text)
    assert document.apply({}).to_bytes() == text.encode()
    for source in document.sources:
        assert source.origins is not None
        assert len(source.origins) == len(source.text.split("\n"))


def test_markdown_without_python_needs_no_parser() -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from ckptlint.sources.document import read_document\n"
        "data = b'# python\\n```bash\\npython x.py\\n```\\n'\n"
        "assert read_document(Path('a.md'), data).sources == ()\n"
        "sys.exit('markdown_it' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
