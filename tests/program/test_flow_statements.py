"""The graph of statements other than ``try`` and ``with``."""

from __future__ import annotations

from textwrap import dedent

import pytest
from flow_trees import describe, graph_of

GRAPHS = {
    "straight line": (
        """
        x = f(g(), *h(), k=i())
        y += 1
        del x
        import os
        from os import path
        pass
        1
        z: int
        z: int = f()
        """,
        """
        entry: next call g()
        call g(): next call h()
        call h(): next call i()
        call i(): next call f(g(), *h(), k=i())
        call f(g(), *h(), k=i()): next statement 1
        statement 1: next statement 2
        statement 2: next statement 3
        statement 3: next statement 4
        statement 4: next statement 5
        statement 5: next statement 6
        statement 6: next statement 7
        statement 7: next call f()
        call f(): next statement 9
        statement 9: next exit
        """,
    ),
    "definitions": (
        """
        @decorate()
        def f(a=b(), *, c=d()): g()
        @e
        class C(base(), metaclass=m()): h()
        x = lambda a=i(): j()
        """,
        """
        entry: next call decorate()
        call decorate(): next call b()
        call b(): next call d()
        call d(): next statement 1
        statement 1: next call base()
        call base(): next statement 4
        statement 4: next call i()
        call i(): next statement 5
        statement 5: next statement 5
        statement 5: next exit
        """,
    ),
    "if": (
        """
        if a:
            b()
        elif c():
            d()
        else:
            e()
        f()
        """,
        """
        entry: next test a
        test a: true call b(), false call c()
        call b(): next call f()
        call c(): next test c()
        test c(): true call d(), false call e()
        call d(): next call f()
        call e(): next call f()
        call f(): next exit
        """,
    ),
    "assert": (
        """
        assert a, f()
        g()
        """,
        """
        entry: next test a
        test a: false call f(), true call g()
        call f(): next raise 1
        raise 1: raises raised
        call g(): next exit
        """,
    ),
    "while": (
        """
        while a():
            if b: break
            if c: continue
            d()
        else:
            e()
        f()
        """,
        """
        entry: next join 1
        join 1: next call a()
        call a(): next test a()
        test a(): true test b, false call e()
        test b: false test c, true call f()
        test c: false call d(), true join 1
        call d(): next join 1
        call e(): next call f()
        call f(): next exit
        """,
    ),
    "endless while": (
        """
        while True:
            yield
        f()
        """,
        """
        entry: next join 1
        join 1: next test True
        test True: true yield
        yield: next join 1
        """,
    ),
    "for": (
        """
        for x in a():
            if b: break
            if c: continue
            d()
        else:
            e()
        f()
        """,
        """
        entry: next call a()
        call a(): next iterate 1
        iterate 1: item test b, exhausted call e()
        test b: false test c, true call f()
        test c: false call d(), true iterate 1
        call d(): next iterate 1
        call e(): next call f()
        call f(): next exit
        """,
    ),
    "return in a loop": (
        """
        for x in a:
            return b()
            c()
        """,
        """
        entry: next iterate 1
        iterate 1: item call b(), exhausted exit
        call b(): next return 2
        return 2: next exit
        """,
    ),
    "match": (
        """
        match a():
            case 1:
                b()
            case x if c():
                d()
            case _:
                e()
        f()
        """,
        """
        entry: next call a()
        call a(): next case 1
        case 1: matched call b(), unmatched case _ as x
        call b(): next call f()
        case _ as x: matched call c()
        call c(): next test c()
        test c(): true call d(), false case _
        call d(): next call f()
        case _: matched call e()
        call e(): next call f()
        call f(): next exit
        """,
    ),
    "match nothing": (
        """
        match a:
            case [x, 1]: b()
            case {'k': 1 | _}: c()
        d()
        """,
        """
        entry: next case [x, 1]
        case [x, 1]: matched call b(), unmatched case {'k': 1 | _}
        call b(): next call d()
        case {'k': 1 | _}: matched call c(), unmatched call d()
        call c(): next call d()
        call d(): next exit
        """,
    ),
    "match irrefutable": (
        """
        match a:
            case 1 | x: b()
            case _: c()
        """,
        """
        entry: next case 1 | _ as x
        case 1 | _ as x: matched call b()
        call b(): next exit
        """,
    ),
    "jumps outside loops": (
        """
        if a:
            break
        if b:
            continue
        if c:
            return
        d()
        """,
        """
        entry: next test a
        test a: false test b, true exit
        test b: false test c, true exit
        test c: true return 6, false call d()
        return 6: next exit
        call d(): next exit
        """,
    ),
    "raise from": (
        """
        raise a() from b()
        """,
        """
        entry: next call a()
        call a(): next call b()
        call b(): next raise 1
        raise 1: raises raised
        """,
    ),
    "unreachable": (
        """
        return
        f()
        for x in y:
            g()
        """,
        """
        entry: next return 1
        return 1: next exit
        """,
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graph(name: str) -> None:
    program, expected = GRAPHS[name]
    assert describe(graph_of(dedent(program).strip())) == dedent(expected).strip()
