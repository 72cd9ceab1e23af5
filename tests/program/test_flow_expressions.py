"""The points of expressions and the decomposition of conditions."""

from __future__ import annotations

from textwrap import dedent

import pytest
from flow_trees import describe, graph_of

GRAPHS = {
    "calls in the order of evaluation": (
        """
        a(b)(c(), d=e()).f[g()] = h()
        """,
        """
        entry: next call h()
        call h(): next call a(b)
        call a(b): next call c()
        call c(): next call e()
        call e(): next call a(b)(c(), d=e())
        call a(b)(c(), d=e()): next call g()
        call g(): next statement 1
        statement 1: next exit
        """,
    ),
    "yields and awaits": (
        """
        async def w(): pass
        x = yield a()
        yield from b()
        await c()
        """,
        """
        entry: next statement 1
        statement 1: next call a()
        call a(): next yield a()
        yield a(): next statement 2
        statement 2: next call b()
        call b(): next yield from b()
        yield from b(): next call c()
        call c(): next await c()
        await c(): next exit
        """,
    ),
    "boolean conditions": (
        """
        if a and (b or not c):
            d()
        """,
        """
        entry: next test a
        test a: true test b, false exit
        test b: false test c, true call d()
        test c: false call d(), true exit
        call d(): next exit
        """,
    ),
    "conditional condition": (
        """
        if (a if b else c):
            d()
        """,
        """
        entry: next test b
        test b: true test a, false test c
        test a: true call d(), false exit
        test c: true call d(), false exit
        call d(): next exit
        """,
    ),
    "comparison chain": (
        """
        if a < b() < c():
            d()
        """,
        """
        entry: next call b()
        call b(): next test a < b() < c()
        test a < b() < c(): true call c(), false exit
        call c(): next test a < b() < c()
        test a < b() < c(): true call d(), false exit
        call d(): next exit
        """,
    ),
    "boolean value": (
        """
        x = a and b() or c()
        """,
        """
        entry: next test a
        test a: true call b(), false call c()
        call b(): next test b()
        test b(): false call c(), true statement 1
        call c(): next statement 1
        statement 1: next exit
        """,
    ),
    "conditional value": (
        """
        x = a() if b else c() if d else e()
        """,
        """
        entry: next test b
        test b: true call a(), false test d
        call a(): next statement 1
        test d: true call c(), false call e()
        call c(): next statement 1
        call e(): next statement 1
        statement 1: next exit
        """,
    ),
    "comparison value": (
        """
        x = a < b() < c()
        """,
        """
        entry: next call b()
        call b(): next test a < b() < c()
        test a < b() < c(): true call c(), false statement 1
        call c(): next statement 1
        statement 1: next exit
        """,
    ),
    "named condition": (
        """
        if (x := f()):
            g()
        """,
        """
        entry: next call f()
        call f(): next statement 1
        statement 1: next test (x := f())
        test (x := f()): true call g(), false exit
        call g(): next exit
        """,
    ),
    "constant conditions": (
        """
        if TYPE_CHECKING or typing.TYPE_CHECKING:
            a()
        if not 0 and True:
            b()
        else:
            c()
        """,
        """
        entry: next test TYPE_CHECKING
        test TYPE_CHECKING: false test typing.TYPE_CHECKING
        test typing.TYPE_CHECKING: false test 0
        test 0: false test True
        test True: true call b()
        call b(): next exit
        """,
    ),
    "comprehension": (
        """
        [a(x, y) for x in b() if c or d for y in e()]
        """,
        """
        entry: next call b()
        call b(): next iterate x
        iterate x: item test c, exhausted statement 1
        test c: false test d, true call e()
        test d: false iterate x, true call e()
        call e(): next iterate y
        iterate y: exhausted iterate x, item call a(x, y)
        call a(x, y): next iterate y
        statement 1: next exit
        """,
    ),
    "dict comprehension": (
        """
        {a(): b() for x in c}
        """,
        """
        entry: next iterate x
        iterate x: item call a(), exhausted statement 1
        call a(): next call b()
        call b(): next iterate x
        statement 1: next exit
        """,
    ),
    "generator expression": (
        """
        f(a() for x in b() for y in c())
        """,
        """
        entry: next call b()
        call b(): next call f((a() for x in b() for y in c()))
        call f((a() for x in b() for y in c())): next exit
        """,
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graph(name: str) -> None:
    program, expected = GRAPHS[name]
    assert describe(graph_of(dedent(program).strip())) == dedent(expected).strip()
