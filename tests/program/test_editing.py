"""Statements taken out of programs and lines put before them: what is left means what is meant."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING

import pytest
from astroid import nodes
from hypothesis import given
from hypothesis import strategies as st
from source_trees import apply, program

from ckptlint.program.editing import delete, indentation_of, insert_before
from ckptlint.program.syntax import statements

if TYPE_CHECKING:
    from ckptlint.program.module import Module


def flush_of(module: Module) -> nodes.NodeNG:
    """Return the statement ``flush()``, of which the program has one."""
    (found,) = (
        statement
        for statement in statements(module.tree)
        if isinstance(statement, nodes.Expr) and statement.as_string() == "flush()"
    )
    return found


DELETIONS = {
    "between others": ("a()\nflush()\nb()\n", "a()\nb()\n"),
    "alone in the module": ("flush()\n", ""),
    "last line without a newline": ("a()\nflush()", "a()"),
    "the whole text": ("flush()", ""),
    "first of a line": ("flush(); b()\n", "b()\n"),
    "last of a line": ("a(); flush()\n", "a()\n"),
    "in the middle of a line": ("a(); flush(); b()\n", "a(); b()\n"),
    "before a final semicolon": ("a(); flush();\n", "a();\n"),
    "with a semicolon alone": ("a()\nflush();\nb()\n", "a()\nb()\n"),
    "after a call over two lines": ("a(\n); flush()\n", "a(\n)\n"),
    "a comment behind it": ("a()\nflush()  # why\nb()\n", "a()\n# why\nb()\n"),
    "a comment behind its line": ("a(); flush()  # why\n", "a()  # why\n"),
    "a comment above": ("a()\n# why\nflush()\n", "a()\n# why\n"),
    "behind letters of two bytes": ("é = 'ü'; flush()\n", "é = 'ü'\n"),
    "before letters of two bytes": ("flush(); é = 'ü'\n", "é = 'ü'\n"),
    "under a tab": ("if a:\n\tb()\n\tflush()\n", "if a:\n\tb()\n"),
    "alone under if": ("a()\nif b:\n    flush()\nc()\n", "a()\nc()\n"),
    "alone under if, on its line": ("if b: flush()\n", "if b: pass\n"),
    "an if with a call": ("if b():\n    flush()\n", "if b():\n    pass\n"),
    "an if with a comment": ("if b:  # why\n    flush()\n", "if b:  # why\n    pass\n"),
    "an if with a comment inside": (
        "if b:\n    # why\n    flush()\n",
        "if b:\n    # why\n    pass\n",
    ),
    "an if with an else": (
        "if b:\n    flush()\nelse:\n    c()\n",
        "if b:\n    pass\nelse:\n    c()\n",
    ),
    "alone under else": ("if b:\n    a()\nelse:\n    flush()\nc()\n", "if b:\n    a()\nc()\n"),
    "else with a comment": (
        "if b:\n    a()\nelse:  # why\n    flush()\n",
        "if b:\n    a()\nelse:  # why\n    pass\n",
    ),
    "else on its line": ("if b:\n    a()\nelse: flush()\n", "if b:\n    a()\nelse: pass\n"),
    "alone under elif": (
        "if b:\n    a()\nelif c:\n    flush()\n",
        "if b:\n    a()\nelif c:\n    pass\n",
    ),
    "else of an elif": (
        "if b:\n    a()\nelif c:\n    a()\nelse:\n    flush()\n",
        "if b:\n    a()\nelif c:\n    a()\n",
    ),
    "an if alone under else": (
        "if b:\n    a()\nelse:\n    if c:\n        flush()\nd()\n",
        "if b:\n    a()\nd()\n",
    ),
    "an if alone in a loop": (
        "for a in b:\n    if c:\n        flush()\n",
        "for a in b:\n    pass\n",
    ),
    "alone in a loop": ("while a:\n    flush()\n", "while a:\n    pass\n"),
    "else of a loop": (
        "for a in b:\n    c()\nelse:\n    flush()\n",
        "for a in b:\n    c()\nelse:\n    pass\n",
    ),
    "alone under with": ("with a as b:\n    flush()\n", "with a as b:\n    pass\n"),
    "alone under try": (
        "try:\n    flush()\nexcept E:\n    a()\n",
        "try:\n    pass\nexcept E:\n    a()\n",
    ),
    "alone in a handler": (
        "try:\n    a()\nexcept E:\n    flush()\n",
        "try:\n    a()\nexcept E:\n    pass\n",
    ),
    "alone under finally": (
        "try:\n    a()\nfinally:\n    flush()\n",
        "try:\n    a()\nfinally:\n    pass\n",
    ),
    "alone in a case": (
        "match a:\n    case 1:\n        flush()\n",
        "match a:\n    case 1:\n        pass\n",
    ),
    "alone in a function": ("def f():\n    flush()\n", "def f():\n    pass\n"),
    "a function with a docstring": (
        'def f():\n    """Say."""\n    flush()\n',
        'def f():\n    """Say."""\n    pass\n',
    ),
    "alone in a class": ("class A:\n    flush()\n", "class A:\n    pass\n"),
}


@pytest.mark.parametrize("name", DELETIONS)
def test_a_statement_is_taken_out(name: str) -> None:
    before, after = DELETIONS[name]
    module = program(before)
    assert apply(before, delete(module, flush_of(module))) == after


INSERTIONS = {
    "at the left": ("a()\nflush()\n", "a()\nsave()\nflush()\n"),
    "indented": ("if a:\n    flush()\n", "if a:\n    save()\n    flush()\n"),
    "under a tab": ("if a:\n\tflush()\n", "if a:\n\tsave()\n\tflush()\n"),
    "below a comment": (
        "if a:\n    # why\n    flush()\n",
        "if a:\n    # why\n    save()\n    flush()\n",
    ),
    "on the last line": ("a()\nflush()", "a()\nsave()\nflush()"),
}


@pytest.mark.parametrize("name", INSERTIONS)
def test_a_line_is_put_before_a_statement(name: str) -> None:
    before, after = INSERTIONS[name]
    module = program(before)
    edit = insert_before(module, flush_of(module), ["save()"])
    assert edit is not None
    assert apply(before, [edit]) == after


def test_lines_keep_their_own_indentation_below_that_of_the_statement() -> None:
    text = "if a:\n  flush()\n"
    module = program(text)
    edit = insert_before(module, flush_of(module), ["if b:", "  c()", "", "d()"])
    assert edit is not None
    assert apply(text, [edit]) == "if a:\n  if b:\n    c()\n\n  d()\n  flush()\n"


@pytest.mark.parametrize("text", ["if a: flush()\n", "b(); flush()\n", "else_ = 1; flush()"])
def test_nothing_is_put_before_a_statement_within_a_line(text: str) -> None:
    module = program(text)
    statement = flush_of(module)
    assert insert_before(module, statement, ["save()"]) is None
    assert indentation_of(module, statement) is None


SIMPLE = st.sampled_from(
    [
        "a()",
        "b = 1",
        "return_ = 'é'",
        "c = (1,\n 2)",
        "pass",
        "d = '''x\n# no comment\n'''",
        "del e",
        "f: int = 3",
        "é += 1",
        "import g",
        "assert h",
    ]
)
COMMENT = st.sampled_from(["", "", "", "  # why", "  # ü"])


@st.composite
def lines_of_statements(draw: st.DrawFn) -> str:
    parts = draw(st.lists(SIMPLE, min_size=1, max_size=3))
    return "; ".join(parts) + draw(st.sampled_from(["", "", ";"])) + draw(COMMENT)


HEADERS: tuple[tuple[str, ...], ...] = (
    ("if t:",),
    ("if t():",),
    ("if t:", "else:"),
    ("if t:", "elif u:", "else:"),
    ("for i in j:",),
    ("for i in j:", "else:"),
    ("while t:",),
    ("with k as m:",),
    ("try:", "except E:"),
    ("try:", "except E:", "else:", "finally:"),
    ("try:", "finally:"),
    ("def n():",),
    ("class O:",),
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> str:
    """Write a block at the left margin."""
    unit = draw(st.sampled_from(["    ", "  ", "\t"]))
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["line", "line", "compound", "one-liner", "comment"]))
        if kind == "compound" and depth:
            for header in draw(st.sampled_from(HEADERS)):
                body = draw(blocks(depth=depth - 1))
                lines += [header + draw(COMMENT), *indented(body, unit)]
        elif kind == "one-liner":
            lines.append(
                f"{draw(st.sampled_from(['if t:', 'while t:']))} {draw(lines_of_statements())}"
            )
        elif kind == "comment":
            lines += ["# above", ""]
        lines.append(draw(lines_of_statements()))
    return "\n".join(lines)


def indented(body: str, unit: str) -> list[str]:
    """Indent a block, but not the texts and brackets that run over several lines."""
    starts = {node.lineno for node in ast.walk(ast.parse(body)) if isinstance(node, ast.stmt)}
    inside = {
        line
        for node in ast.walk(ast.parse(body))
        if isinstance(node, ast.Assign)
        for line in range(node.lineno + 1, (node.end_lineno or 0) + 1)
    } - starts
    keywords = ("else:", "elif ", "except ", "finally:")
    return [
        line if number in inside and not line.startswith(keywords) else unit + line
        for number, line in enumerate(body.split("\n"), start=1)
    ]


def without(tree: ast.Module, line: int, column: int) -> set[str]:
    """Return what the program may be, as dumps, without the statement at that place."""
    (found,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and (node.lineno, node.col_offset) == (line, column)
    )
    owner, block = next(
        (node, block)
        for node in ast.walk(tree)
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(node, name, None), list) and found in block
    )
    index = block.index(found)
    if len(block) > 1 or isinstance(owner, ast.Module):
        del block[index]
        results = {ast.dump(tree)}
        block.insert(index, found)
        return results
    block[index] = ast.Pass()
    results = {ast.dump(tree)}
    block[index] = found
    if isinstance(owner, ast.If) and block is owner.orelse:
        owner.orelse = []
        results.add(ast.dump(tree))
        owner.orelse = block
    elif isinstance(owner, ast.If) and not owner.orelse:
        results |= without(tree, owner.lineno, owner.col_offset)
    return results


def comments_of(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def is_taken_out_alone(statement: nodes.NodeNG, text: str) -> bool:
    line = text.split("\n")[statement.lineno - 1]
    return not line.lstrip().startswith("elif") and not isinstance(
        statement, nodes.ExceptHandler | nodes.MatchCase
    )


@given(blocks(), st.data())
def test_what_is_left_is_the_program_without_the_statement(text: str, data: st.DataObject) -> None:
    module = program(text)
    candidates = [one for one in statements(module.tree) if is_taken_out_alone(one, text)]
    statement = data.draw(st.sampled_from(candidates))
    result = apply(text, delete(module, statement))
    expected = without(ast.parse(text), statement.lineno, statement.col_offset)
    assert ast.dump(ast.parse(result)) in expected
    if not list(statements(statement)):
        assert comments_of(result) == comments_of(text)


@given(blocks(), st.data())
def test_what_is_put_in_stands_before_the_statement(text: str, data: st.DataObject) -> None:
    module = program(text)
    candidates = [one for one in statements(module.tree) if is_taken_out_alone(one, text)]
    statement = data.draw(st.sampled_from(candidates))
    edit = insert_before(module, statement, ["save()"])
    line = text.split("\n")[statement.lineno - 1]
    begins = len(line) - len(line.lstrip()) == len(line.encode()[: statement.col_offset].decode())
    assert (edit is not None) is begins
    if edit is not None:
        result = apply(text, [edit])
        expected = ast.parse(text)
        save = ast.parse("save()").body[0]
        (block, index) = next(
            (block, position)
            for node in ast.walk(expected)
            for name in ("body", "orelse", "finalbody")
            if isinstance(block := getattr(node, name, None), list)
            for position, one in enumerate(block)
            if (one.lineno, one.col_offset) == (statement.lineno, statement.col_offset)
        )
        block.insert(index, save)
        assert ast.dump(ast.parse(result)) == ast.dump(expected)
        assert comments_of(result) == comments_of(text)
