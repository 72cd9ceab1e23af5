"""What happens when CPython runs a program of `flow_programs` in every way that it can go.

Whatever the program branches on asks `_Run.decide`, which replays a given sequence of decisions and
then takes the first option. A run is the state of the generator's stack and nothing else: where it
stands in its bytecode, and whether it has saved. So a state that was met before needs no second
look, and the runs come to an end although the program has loops.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "<program>"
ROUTINE = "program"

State: TypeAlias = tuple[tuple[int, ...], str, bool]


class FailureError(Exception):
    """What the program's calls raise."""


class UnrelatedError(Exception):
    """What they do not raise."""


class Abandoned(BaseException):
    """This run has come to where another one was."""


@dataclass
class Truth:
    """The lines of the yields that some run reaches with, or without, a save since the last."""

    saved: set[int] = field(default_factory=set)
    unsaved: set[int] = field(default_factory=set)

    def add(self, line: int, saved: bool) -> None:
        (self.saved if saved else self.unsaved).add(line)


def execute(text: str, most_decisions: int | None = None) -> Truth:
    """Run the body of a generator, given as text, in every way, and tell what its yields saw.

    Lines are counted from 1 in `text`. With `most_decisions` no state is taken to be known, and
    each run is given up after so many decisions instead.
    """
    code = compile(f"def {ROUTINE}():\n{text}", FILE, "exec")
    truth = Truth()
    known: set[State] | None = set() if most_decisions is None else None
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        run = _Run(waiting.pop(), known, most_decisions)
        namespace = run.namespace()
        exec(code, namespace)
        run.drive(namespace[ROUTINE](), truth)
        waiting.extend(run.others)
    return truth


class _Run:
    def __init__(
        self, given: tuple[int, ...], known: set[State] | None, most_decisions: int | None
    ) -> None:
        self.given = given
        self.taken: list[int] = []
        self.others: list[tuple[int, ...]] = []
        self.known = known
        self.most_decisions = most_decisions
        self.saved = False
        self.abandoned = False

    def drive(self, generator: Iterator[None], truth: Truth) -> None:
        # Abandoned is raised at every further decision, so that even a program that catches
        # everything ends; closing the generator instead would be caught too.
        sent = None
        try:
            while True:
                generator.send(sent)
                line = generator.gi_frame.f_lineno - 1
                if not self.abandoned:
                    truth.add(line, self.saved)
                self.saved = False
                sent = _Choice(self)
        except (StopIteration, FailureError, AssertionError, Abandoned):
            pass

    def decide(self, question: str, options: int) -> int:
        if self.abandoned:
            raise Abandoned
        made = len(self.taken)
        if made < len(self.given):
            option = self.given[made]
        else:
            if made == self.most_decisions or self.is_known(question):
                self.abandoned = True
                raise Abandoned
            option = 0
            self.others += [(*self.taken, other) for other in range(1, options)]
        self.taken.append(option)
        return option

    def is_known(self, question: str) -> bool:
        if self.known is None:
            return False
        places = []
        frame = sys._getframe()
        while frame.f_code.co_name != ROUTINE:
            if frame.f_code.co_filename == FILE:
                places.append(frame.f_lasti)
            frame = frame.f_back
        state = ((*places, frame.f_lasti), question, self.saved)
        if state in self.known:
            return True
        self.known.add(state)
        return False

    def may_fail(self, question: str) -> None:
        if self.decide(question, 2):
            raise FailureError

    def namespace(self) -> dict[str, Any]:
        def choose() -> _Choice:
            self.may_fail("call")
            return _Choice(self)

        def save() -> _Choice:
            self.may_fail("call")
            self.saved = True
            return _Choice(self)

        def error() -> FailureError:
            self.may_fail("call")
            return FailureError()

        def items() -> _Items:
            self.may_fail("call")
            return _Items(self)

        def manager() -> _Manager:
            self.may_fail("call")
            return _Manager(self, ())

        def suppress(*errors: type[Exception]) -> _Manager:
            self.may_fail("call")
            return _Manager(self, errors)

        return {
            "choose": choose,
            "save": save,
            "step": choose,
            "error": error,
            "items": items,
            "manager": manager,
            "suppress": suppress,
            "guess": _Guess(self),
        }


class _Choice:
    def __init__(self, run: _Run) -> None:
        self.run = run

    def __bool__(self) -> bool:
        return self.run.decide("truth", 2) == 0

    def __lt__(self, other: object) -> _Choice:
        self.run.may_fail("comparison")
        return self


class _Items:
    def __init__(self, run: _Run) -> None:
        self.run = run

    def __iter__(self) -> _Items:
        return self

    def __next__(self) -> None:
        self.run.may_fail("item")
        if self.run.decide("exhausted", 2):
            raise StopIteration


class _Manager:
    def __init__(self, run: _Run, suppressed: tuple[type[Exception], ...]) -> None:
        self.run = run
        self.suppressed = suppressed

    def __enter__(self) -> None:
        self.run.may_fail("enter")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self.run.may_fail("leave")
        if kind is None or kind is Abandoned or not self.suppressed:
            return False
        return Exception in self.suppressed or self.run.decide("suppress", 2) == 0


class _Guess:
    def __init__(self, run: _Run) -> None:
        self.run = run

    @property
    def value(self) -> object:
        self.run.may_fail("pattern")
        return _Pattern(self.run.decide("match", 2) == 0)

    @property
    def error(self) -> type[Exception]:
        return UnrelatedError if self.run.decide("catch", 2) else Exception


class _Pattern:
    def __init__(self, matches: bool) -> None:
        self.matches = matches

    def __eq__(self, other: object) -> bool:
        return self.matches

    __hash__ = object.__hash__
