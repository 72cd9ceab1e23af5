from __future__ import annotations

import ast
import sys
import warnings
from typing import TYPE_CHECKING

import pytest
from astroid import nodes
from astroid.manager import AstroidManager
from hypothesis import given
from hypothesis import strategies as st
from source_trees import fragment, program

from ckptlint.program.module import SyntaxProblem
from ckptlint.sources.source import Position, Span

if TYPE_CHECKING:
    from ckptlint.program.module import Module

EMPTY = Span(Position(1, 1), Position(1, 1))


def span(first: int, left: int, last: int, right: int) -> Span:
    return Span(Position(first, left), Position(last, right))


def only(module: Module, kind: type[nodes.NodeNG]) -> nodes.NodeNG:
    (node,) = module.tree.nodes_of_class(kind)
    return node


class TestSpans:
    def test_columns_count_characters(self) -> None:
        module = program("é = '🌍'; name = bär.größe\n")
        attribute = only(module, nodes.Attribute)
        assert module.span(attribute) == span(1, 17, 1, 26)
        assert module.name_span(attribute) == span(1, 21, 1, 26)
        assert module.text(attribute) == "bär.größe"

    def test_definitions_start_behind_their_decorators(self) -> None:
        module = program(
            """\
            class A:
                @first
                @second(1)
                async def method(
                    self,
                ): ...

                @third
                class Inner(B): ...
            """
        )
        method, inner = module.tree.body[0].body
        assert module.span(method) == span(4, 5, 6, 11)
        assert module.name_span(method) == span(4, 15, 4, 21)
        assert module.span(inner) == span(9, 5, 9, 24)
        assert module.name_span(inner) == span(9, 11, 9, 16)

    def test_call_and_module(self) -> None:
        module = program("x = f(\n    1,\n)\ny")
        call = only(module, nodes.Call)
        assert module.span(call) == module.name_span(call) == span(1, 5, 3, 2)
        assert module.text(call) == "f(\n    1,\n)"
        assert module.span(module.tree) == span(1, 1, 4, 2)
        assert module.text(module.tree) == module.source.text

    def test_assigned_attribute(self) -> None:
        module = program("self.state.x = 1\ndel self.y\n")
        assert module.name_span(only(module, nodes.AssignAttr)) == span(1, 12, 1, 13)
        assert module.name_span(only(module, nodes.DelAttr)) == span(2, 10, 2, 11)

    def test_nodes_without_a_place_of_their_own(self) -> None:
        module = program("def f(a, *, b=1): ...\ndef g(): ...\n")
        f, g = module.tree.body
        assert module.span(f.args) == span(1, 7, 1, 16)
        assert module.span(g.args) == module.span(g)

    def test_empty_source(self) -> None:
        module = program("")
        assert module.span(module.tree) == EMPTY
        assert module.classes == ()
        assert module.syntax_problems == ()


class TestTrees:
    def test_imported_names_are_locals(self) -> None:
        module = program(
            """\
            x = 1
            from a import x
            def f():
                global y
                from b import y, z as w
            """
        )
        assert [node.lineno for node in module.tree.locals["x"]] == [1, 2]
        assert [node.lineno for node in module.tree.locals["y"]] == [5]
        assert "y" not in module.tree.body[2].locals
        assert "w" in module.tree.body[2].locals

    def test_fragment_with_method_body(self) -> None:
        module = fragment("yield x\nreturn\nawait y\nsuper().f()\n")
        assert module.syntax_problems == ()
        assert len(module.tree.body) == 4

    def test_many_modules_leave_the_manager_empty(self) -> None:
        before = dict(AstroidManager().astroid_cache)
        for index in range(50):
            program(f"import os\nclass A{index}(os.PathLike): ...").classes[0].mro  # noqa: B018
        assert AstroidManager().astroid_cache == before

    def test_warnings_of_the_parser_are_silent(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert program(r"x = '\d'; x is 1").syntax_problems == ()

    def test_class_of(self) -> None:
        module = program(
            """\
            class A:
                if True:
                    def method(self):
                        def inner(): ...
                class B:
                    def method(self): ...
            def function(): ...
            """
        )
        functions = list(module.tree.nodes_of_class(nodes.FunctionDef))
        owners = [module.class_of(function) for function in functions]
        assert [owner and owner.name for owner in owners] == ["A", None, "B", None]


class TestSyntaxProblems:
    def test_error(self) -> None:
        module = program("a = 1\nb = 'é' +* 2\n")
        assert module.tree.body == []
        assert module.syntax_problems == (
            SyntaxProblem("invalid syntax", span(2, 10, 2, 11), False),
        )

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("x\n  y", span(2, 1, 2, 4)),
            ("x = (", span(1, 5, 1, 6)),
            ("if x:\npass", span(2, 1, 2, 5)),
            ("x = 1\\", None),
            ("x = '", span(1, 5, 1, 6)),
        ],
    )
    def test_place_lies_in_the_text(self, text: str, expected: Span | None) -> None:
        (problem,) = program(text).syntax_problems
        if expected is not None and "indent" not in problem.message:
            assert problem.span == expected
        lines = text.split("\n")
        for line, column in problem.span:
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1]) + 1

    def test_null_byte(self) -> None:
        (problem,) = program("a\0b").syntax_problems
        assert problem.message == "source code string cannot contain null bytes"
        assert problem.span.start == Position(1, 1)

    def test_lone_surrogate(self) -> None:
        (problem,) = program("x = '\ud800'").syntax_problems
        assert problem.span == EMPTY

    @pytest.mark.parametrize("text", ["-" * 200_000 + "1", "x" + ".y" * 20_000])
    def test_too_deep(self, text: str) -> None:
        module = program(text)
        assert module.tree.body == []
        assert module.syntax_problems == (
            SyntaxProblem("the code is nested too deeply to be parsed", EMPTY, False),
        )

    @pytest.mark.parametrize(
        ("text", "version"),
        [
            ("type X = int", (3, 12)),
            ("type X[T] = list[T]", (3, 12)),
            ("def f[T](x: T): ...", (3, 12)),
            ("async def f[T](x: T): ...", (3, 12)),
            ("class A[T]: ...", (3, 12)),
            ('x = f"{d["key"]}"', (3, 12)),
            ('x = f"{"-".join(a)}"', (3, 12)),
            ("x = f'{\"\\n\".join(a)}'", (3, 12)),
            ("try: ...\nexcept A, B: ...", (3, 14)),
            ("x = t'hello {name}'", (3, 14)),
            ("f(rt'hello {name}')", (3, 14)),
            ("lazy import numpy", (3, 15)),
            ("x = [*row for row in rows]", (3, 15)),
        ],
    )
    def test_newer_syntax(self, text: str, version: tuple[int, int]) -> None:
        problems = program(text).syntax_problems
        if sys.version_info[:2] >= version:
            assert problems == ()
            return
        (problem,) = problems
        assert problem.newer_syntax
        running = f"{sys.version_info[0]}.{sys.version_info[1]}"
        assert problem.message.endswith(
            f"(this looks like the syntax of Python {version[0]}.{version[1]} or newer; "
            f"ckptlint runs on {running})"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "print 'a'",
            "def f(: ...",
            "class A(: ...",
            "x = f'{a'",
            "type = = 1",
            "x = at'b'",
            "x = (1",
            "for x in y\n    pass",
        ],
    )
    def test_plain_errors(self, text: str) -> None:
        (problem,) = program(text).syntax_problems
        assert not problem.newer_syntax
        assert "Python 3" not in problem.message


class TestParts:
    def test_broken_cells_are_left_out(self) -> None:
        text = "import a\n\nx = (\n\ndef f(): ...\n\ny = = 1\nz = 1\n\nlast = 2"
        module = fragment(text, parts=((1, 1), (3, 3), (5, 5), (7, 8), (10, 10)))
        assert [statement.lineno for statement in module.tree.body] == [1, 5, 10]
        assert [problem.span.start for problem in module.syntax_problems] == [
            Position(3, 5),
            Position(7, 5),
        ]

    def test_cells_that_fail_only_together(self) -> None:
        module = fragment("x = 1 \\\ny = 2\nz = 3", parts=((1, 1), (2, 2), (3, 3)))
        assert [statement.lineno for statement in module.tree.body][-1] == 3
        assert len(module.syntax_problems) == 1

    def test_every_cell_is_broken(self) -> None:
        module = fragment("x = (\ny = )", parts=((1, 1), (2, 2)))
        assert module.tree.body == []
        assert [problem.span.start.line for problem in module.syntax_problems] == [1, 2]

    @given(
        st.lists(
            st.sampled_from(["x = 1", "def f():\n    yield 1", "(", "if x:", ")", "'''", "%", ""]),
            min_size=1,
            max_size=6,
        )
    )
    def test_sound_cells_stay(self, cells: list[str]) -> None:
        parts: list[tuple[int, int]] = []
        line = 1
        for cell in cells:
            parts.append((line, line + cell.count("\n")))
            line = parts[-1][1] + 1
        module = fragment("\n".join(cells), tuple(parts))
        if not module.syntax_problems:
            return
        kept = {statement.lineno for statement in module.tree.body}
        for cell, (first, last) in zip(cells, parts, strict=True):
            broken = any(first <= p.span.start.line <= last for p in module.syntax_problems)
            assert broken == (not _parses(cell))
            assert (first in kept) == (bool(cell) and not broken)


def _parses(cell: str) -> bool:
    try:
        ast.parse(cell)
    except SyntaxError:
        return False
    return True
