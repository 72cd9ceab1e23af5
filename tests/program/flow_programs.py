"""Programs whose every way can really be taken, to compare what is computed with what happens.

A program is the body of a generator. All it branches on is drawn afresh each time: ``choose()`` as
a condition, ``items()`` as an iterable, ``guess.value`` as a pattern, ``guess.error`` as the type
of a handler, and each of the calls may raise before it has had its effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How the statements that matter are written; each is one line and an expression."""

    save: str = "save()"
    step: str = "step()"
    boundary: str = "yield"


class Shape(NamedTuple):
    """A compound statement: its clauses, each with a body, under an opening line of its own.

    `starts` stands before the statements of the first body.
    """

    clauses: tuple[str, ...]
    opening: str | None = None
    is_loop: bool = False
    starts: str | None = None


class Compound(NamedTuple):
    """A compound statement with the bodies of its clauses."""

    shape: Shape
    bodies: tuple[tuple[Statement, ...], ...]


Statement: TypeAlias = "str | Compound"
Program: TypeAlias = tuple[Statement, ...]

SAVE = "{save}"
BOUNDARY = "{boundary}"
CORE = (SAVE, BOUNDARY, "return", "raise error()")
SIMPLE = (
    *CORE,
    "{step}",
    "pass",
    "assert choose()",
    "value = choose() and {save}",
    "value = choose() or {save}",
    "value = {save} if choose() else {step}",
    "value = not (choose() and {save})",
    "value = choose() and {save} or ({boundary})",
    "value = (choose() or {save}) and ({boundary})",
    "value = ({boundary}) if not (choose() and {save}) else {step}",
    "value = {step} if choose() else {save} if choose() else ({boundary})",
    "value = choose() < {step} < {save}",
    "value = choose() < {save}",
    "value = {save}, choose() < choose()",
    "assert choose(), {save}",
    "[{save} for _ in items() if choose()]",
    "[{step} for _ in items() for _ in items() if not {save}]",
    "{{choose() or {save} for _ in items()}}",
    "value = ({step} for _ in items() if {save})",
    "value = lambda: {save}",
    "(value := {save})",
    "value = {boundary}",
    "({boundary}) and {save}",
)
JUMPS = ("break", "continue")

IF = Shape(("if choose():",))
IF_ELSE = Shape(("if choose():", "else:"))
WHILE = Shape(("while choose():",), is_loop=True)
WHILE_ELSE = Shape(("while choose():", "else:"), is_loop=True)
FOR = Shape(("for _ in items():",), is_loop=True)
FOR_ELSE = Shape(("for _ in items():", "else:"), is_loop=True)
# A step comes first, for a loop without any choice would not end.
FOREVER = Shape(("while True:",), is_loop=True, starts="{step}")
TRY_EXCEPT = Shape(("try:", "except guess.error:"))
TRY_EXCEPT_ALL = Shape(("try:", "except:"))
TRY_FINALLY = Shape(("try:", "finally:"))
TRY_WHOLE = Shape(("try:", "except guess.error:", "else:", "finally:"))
WITH = Shape(("with manager():",))
SUPPRESS = Shape(("with suppress(KeyError):",))
MATCH = Shape(("case guess.value:", "case _:"), "match choose():")

SMALL_SHAPES = (
    IF,
    IF_ELSE,
    WHILE,
    WHILE_ELSE,
    FOR,
    FOREVER,
    TRY_EXCEPT,
    TRY_FINALLY,
    WITH,
    SUPPRESS,
    MATCH,
)
SHAPES = (
    *SMALL_SHAPES,
    FOR_ELSE,
    TRY_EXCEPT_ALL,
    TRY_WHOLE,
    Shape(("if choose() and choose():", "elif choose() or not choose():", "else:")),
    Shape(("if not (choose() or choose()):", "else:")),
    Shape(("if choose() < choose() < choose():", "else:")),
    Shape(("if choose() if choose() else not choose():", "else:")),
    Shape(("if {save}:", "else:")),
    Shape(("if choose() or {save}:", "else:")),
    Shape(("if not (choose() and {save}):", "else:")),
    Shape(("if choose() < choose() < {save}:", "else:")),
    Shape(("if {step} and choose() < {save} or not choose():", "else:")),
    Shape(("if choose() if {save} else choose():", "else:")),
    Shape(("if False:", "else:")),
    Shape(("while choose() and {save}:", "else:"), is_loop=True),
    Shape(("while not choose():", "else:"), is_loop=True),
    Shape(("try:", "except guess.error:", "except guess.error:")),
    Shape(("try:", "except guess.error:", "except Exception:", "else:")),
    Shape(("try:", "except guess.error:", "finally:")),
    Shape(("try:", "except (KeyError, Exception) as caught:", "finally:")),
    Shape(("with manager(), suppress(KeyError):",)),
    Shape(("with suppress(Exception), manager() as value:",)),
    Shape(("case guess.value if choose():", "case guess.value:"), "match {save}:"),
    Shape(("case guess.value | guess.value:", "case value if choose():"), "match choose():"),
)


@cache
def programs(size: int, in_loop: bool = False) -> tuple[Program, ...]:
    """Return all programs of the core statements and the small shapes with `size` statements."""
    if size == 0:
        return ((),)
    return tuple(
        (first, *rest)
        for first_size in range(1, size + 1)
        for first in _statements(first_size, in_loop)
        for rest in programs(size - first_size, in_loop)
    )


@cache
def _statements(size: int, in_loop: bool) -> tuple[Statement, ...]:
    if size == 1:
        return CORE + JUMPS if in_loop else CORE
    return tuple(
        Compound(shape, bodies)
        for shape in SMALL_SHAPES
        for bodies in _bodies(shape, 0, size - 1, in_loop)
    )


def _bodies(shape: Shape, clause: int, size: int, in_loop: bool) -> Iterator[tuple[Program, ...]]:
    if clause == len(shape.clauses):
        if size == 0:
            yield ()
        return
    left = len(shape.clauses) - clause - 1
    for own_size in range(1, size - left + 1):
        for body in programs(own_size, in_loop or (shape.is_loop and clause == 0)):
            for others in _bodies(shape, clause + 1, size - own_size, in_loop):
                yield (body, *others)


def framed_programs() -> Iterator[Program]:
    """Yield programs in which each statement and each shape meets each way of being left."""
    inner: list[Statement] = list(SIMPLE)
    for shape in SHAPES:
        few = (SAVE, BOUNDARY, "pass", "return")
        looping = (*few[:3], *JUMPS) if shape.is_loop else few
        choices = [looping if clause == 0 else few for clause in range(len(shape.clauses))]
        inner += [
            Compound(shape, tuple((statement,) for statement in statements))
            for statements in product(*choices)
        ]
    for statement in inner:
        yield (statement, BOUNDARY)
        yield (Compound(FOR, ((statement, BOUNDARY),)), BOUNDARY)
        yield (Compound(TRY_EXCEPT, ((statement,), (BOUNDARY,))), BOUNDARY)
        yield (Compound(TRY_FINALLY, ((statement,), (BOUNDARY,))),)
        yield (Compound(SUPPRESS, ((SAVE, statement),)), BOUNDARY)


def random_programs(depth: int = 4) -> st.SearchStrategy[Program]:
    """Return a strategy for programs of all statements and shapes, nested up to `depth`."""
    return _random_body(depth, False)


@cache
def _random_body(depth: int, in_loop: bool) -> st.SearchStrategy[Program]:
    # What the comparison is about is drawn most often.
    simple = st.sampled_from(
        (SAVE, BOUNDARY) * 6 + SIMPLE + ((*JUMPS, "return") * 2 if in_loop else ())
    )
    if depth == 0:
        return st.lists(simple, min_size=1, max_size=3).map(tuple)
    compound = st.sampled_from(SHAPES).flatmap(
        lambda shape: st.tuples(
            *(
                _random_body(depth - 1, in_loop or (shape.is_loop and clause == 0))
                for clause in range(len(shape.clauses))
            )
        ).map(lambda bodies: Compound(shape, bodies))
    )
    return st.lists(simple | compound, min_size=1, max_size=3).map(tuple)


def render(program: Program, vocabulary: Vocabulary | None = None, indent: int = 0) -> str:
    """Write a program as text, indented by `indent` spaces; no line end after the last line."""
    words = vocabulary or Vocabulary()
    return "\n".join(_lines(program, words, " " * indent))


def _lines(program: Program, words: Vocabulary, indent: str) -> Iterator[str]:
    for statement in program:
        if isinstance(statement, Compound):
            yield from _compound_lines(statement, words, indent)
        else:
            yield indent + _worded(statement, words)


def _compound_lines(compound: Compound, words: Vocabulary, indent: str) -> Iterator[str]:
    shape, bodies = compound
    if shape.opening is not None:
        yield indent + _worded(shape.opening, words)
        indent += "    "
    for clause, (header, body) in enumerate(zip(shape.clauses, bodies, strict=True)):
        yield indent + _worded(header, words)
        if shape.starts is not None and clause == 0:
            yield f"{indent}    {_worded(shape.starts, words)}"
        yield from _lines(body, words, indent + "    ")


def _worded(text: str, words: Vocabulary) -> str:
    return text.format(save=words.save, step=words.step, boundary=words.boundary)
