"""The graph of ``try`` and ``with``."""

from __future__ import annotations

from textwrap import dedent

import pytest
from flow_trees import describe, graph_of

GRAPHS = {
    "with": (
        """
        with a() as x, b() as y.z:
            c()
        d()
        """,
        """
        entry: next call a()
        call a(): next enter 1.0
        enter 1.0: next call b()
        call b(): next enter 1.1
        enter 1.1: next call c()
        call c(): next leave 1.1
        leave 1.1: next leave 1.0
        leave 1.0: next call d()
        call d(): next exit
        """,
    ),
    "with left by a jump": (
        """
        while a:
            with b:
                if c: break
                if d: raise e
                return
        """,
        """
        entry: next join 1
        join 1: next test a
        test a: true enter 2.0, false exit
        enter 2.0: next test c
        test c: false test d, true leave 2.0
        test d: true raise 4, false return 5
        raise 4: raises leave 2.0
        return 5: next leave 2.0
        leave 2.0: next exit
        leave 2.0: next raised
        leave 2.0: next exit
        """,
    ),
    "several managers left by an exception": (
        """
        with a, b() as c:
            raise d
        """,
        """
        entry: next enter 1.0
        enter 1.0: next call b()
        call b(): next enter 1.1
        enter 1.1: next raise 2
        raise 2: raises leave 1.1
        leave 1.1: next leave 1.0
        leave 1.0: next raised
        """,
    ),
    "with and exceptions that no statement names": (
        """
        with a:
            f()
        """,
        """
        entry: next enter 1.0
        enter 1.0: next call f()
        call f(): next leave 1.0
        leave 1.0: next exit
        """,
    ),
    "with suppress": (
        """
        with contextlib.suppress(KeyError):
            f()
        g()
        """,
        """
        entry: next call contextlib.suppress(KeyError)
        call contextlib.suppress(KeyError): next enter 1.0
        enter 1.0: next call f()
        call f(): next leave 1.0, raises leave 1.0
        leave 1.0: next call g()
        leave 1.0: matched call g(), unmatched raised
        call g(): next exit
        """,
    ),
    "with suppress everything": (
        """
        with suppress(Exception):
            f()
        g()
        """,
        """
        entry: next call suppress(Exception)
        call suppress(Exception): next enter 1.0
        enter 1.0: next call f()
        call f(): next leave 1.0, raises leave 1.0
        leave 1.0: next call g()
        leave 1.0: matched call g()
        call g(): next exit
        """,
    ),
    "with in try": (
        """
        try:
            with a:
                f()
        except KeyError:
            g()
        """,
        """
        entry: next enter 2.0
        enter 2.0: next call f(), raises case 4
        call f(): next leave 2.0, raises leave 2.0
        leave 2.0: raises case 4, next exit
        leave 2.0: raises case 4, next case 4
        case 4: matched call g(), unmatched raised
        call g(): next exit
        """,
    ),
    "try except": (
        """
        try:
            f()
            x = 1
        except KeyError as e:
            g()
        except h():
            i()
        else:
            j()
        k()
        """,
        """
        entry: next call f()
        call f(): next statement 3, raises case 4
        statement 3: next call j()
        call j(): next call k()
        case 4: matched call g(), unmatched call h()
        call g(): next call k()
        call h(): next case 6
        case 6: matched call i(), unmatched raised
        call i(): next call k()
        call k(): next exit
        """,
    ),
    "try catching everything": (
        """
        try:
            f()
        except (KeyError, Exception):
            g()
        except KeyboardInterrupt:
            h()
        """,
        """
        entry: next call f()
        call f(): raises case 3, next exit
        case 3: matched call g(), unmatched case 5
        call g(): next exit
        case 5: matched call h()
        call h(): next exit
        """,
    ),
    "try with a bare except": (
        """
        try:
            raise f()
        except:
            raise
        """,
        """
        entry: next call f()
        call f(): next raise 2, raises case 3
        raise 2: raises case 3
        case 3: matched raise 4
        raise 4: raises raised
        """,
    ),
    "finally": (
        """
        try:
            f()
        finally:
            g()
        h()
        """,
        """
        entry: next call f()
        call f(): next call g(), raises call g()
        call g(): next call h()
        call g(): next raised
        call h(): next exit
        """,
    ),
    "chained finally": (
        """
        try:
            try:
                f()
            finally:
                g()
        finally:
            h()
        """,
        """
        entry: next call f()
        call f(): next call g(), raises call g()
        call g(): next call h(), raises call h()
        call g(): raises call h(), next call h()
        call h(): next exit
        call h(): next raised
        """,
    ),
    "finally on every way out": (
        """
        for x in y:
            try:
                if a: break
                if b: continue
                if c: return
                f()
            finally:
                g()
        h()
        """,
        """
        entry: next iterate 1
        iterate 1: item test a, exhausted call h()
        test a: false test b, true call g()
        test b: false test c, true call g()
        test c: true return 5, false call f()
        return 5: next call g()
        call f(): next call g(), raises call g()
        call g(): next iterate 1
        call g(): next call h()
        call g(): next iterate 1
        call g(): next exit
        call g(): next raised
        call h(): next exit
        """,
    ),
    "finally that overrides": (
        """
        for x in y:
            try:
                return f()
            finally:
                break
        h()
        """,
        """
        entry: next iterate 1
        iterate 1: item call f(), exhausted call h()
        call f(): next return 3, raises call h()
        return 3: next call h()
        call h(): next exit
        """,
    ),
    "try except finally": (
        """
        try:
            f()
        except KeyError:
            g()
        else:
            h()
        finally:
            i()
        """,
        """
        entry: next call f()
        call f(): next call h(), raises case 3
        call h(): next call i(), raises call i()
        case 3: matched call g(), unmatched call i()
        call g(): next call i(), raises call i()
        call i(): next exit
        call i(): next raised
        """,
    ),
    "yield in try": (
        """
        try:
            yield a
            yield from b
        except KeyError:
            pass
        """,
        """
        entry: next yield a
        yield a: next yield from b
        yield from b: raises case 4, next exit
        case 4: matched statement 5, unmatched raised
        statement 5: next exit
        """,
    ),
    "what may raise": (
        """
        try:
            pass
            a = b
            if c is None and not d: pass
            e = f.g
            h.i = 1
            if j > 1: pass
            return k[0]
        except:
            pass
        """,
        """
        entry: next statement 2
        statement 2: next statement 3
        statement 3: next test c is None
        test c is None: true test d, false statement 5
        test d: false statement 4, true statement 5
        statement 4: next statement 5
        statement 5: next statement 6, raises case 9
        statement 6: next test j > 1, raises case 9
        test j > 1: true statement 7, false return 8, raises case 9
        statement 7: next return 8
        return 8: raises case 9, next exit
        case 9: matched statement 10
        statement 10: next exit
        """,
    ),
    "what may raise in loops and patterns": (
        """
        try:
            for a in b: pass
            match c:
                case 1: pass
                case d.e: pass
                case F(): pass
        except:
            pass
        """,
        """
        entry: next iterate 2
        iterate 2: item statement 2, exhausted case 1, raises case 7
        statement 2: next iterate 2
        case 1: matched statement 4, unmatched case d.e
        statement 4: next exit
        case d.e: matched statement 5, unmatched case F(), raises case 7
        statement 5: next exit
        case F(): matched statement 6, raises case 7, unmatched exit
        statement 6: next exit
        case 7: matched statement 8
        statement 8: next exit
        """,
    ),
    "except group": (
        """
        try:
            f()
        except* KeyError:
            g()
        except* OSError:
            h()
        i()
        """,
        """
        entry: next call f()
        call f(): raises case 3, next call i()
        case 3: matched call g(), unmatched case 5
        call g(): next case 5, next call i()
        case 5: matched call h(), unmatched raised
        call h(): next call i(), next raised
        call i(): next exit
        """,
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graph(name: str) -> None:
    program, expected = GRAPHS[name]
    assert describe(graph_of(dedent(program).strip())) == dedent(expected).strip()
