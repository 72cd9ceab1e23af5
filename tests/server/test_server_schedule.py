"""What was typed is checked first: at once, unless the changes come close upon one another."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ckptlint.server.schedule import DEBOUNCE, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.server.inspection import Checked


@pytest.fixture
def schedule() -> Iterator[Schedule]:
    loop = asyncio.new_event_loop()

    def make_future() -> asyncio.Future[Checked | None]:
        return loop.create_future()

    yield Schedule(make_future)
    loop.close()


def planned(schedule: Schedule) -> tuple[str, float] | None:
    check = schedule.next()
    return None if check is None else (check.uri, check.due)


def begin(schedule: Schedule) -> None:
    check = schedule.next()
    assert check is not None
    schedule.begin(check)


def test_the_first_change_is_checked_at_once(schedule: Schedule) -> None:
    assert planned(schedule) is None
    schedule.change("a", 10.0)
    assert planned(schedule) == ("a", 10.0)


def test_a_change_after_a_pause_is_checked_at_once(schedule: Schedule) -> None:
    schedule.change("a", 10.0)
    begin(schedule)
    schedule.end()
    schedule.change("a", 10.1)
    assert planned(schedule) == ("a", 10.1)


def test_a_burst_is_waited_for(schedule: Schedule) -> None:
    schedule.change("a", 10.0)
    begin(schedule)
    schedule.change("a", 10.01)
    schedule.change("a", 10.02)
    schedule.change("b", 10.03)
    assert schedule.running is not None
    assert schedule.running.is_outdated
    assert planned(schedule) == ("b", 10.03)
    begin(schedule)
    assert planned(schedule) == ("a", 10.02 + DEBOUNCE)


def test_what_is_typed_comes_before_what_rests_on_it(schedule: Schedule) -> None:
    schedule.add("child", 9.0)
    schedule.add("other", 8.0)
    schedule.change("base", 10.0)
    assert planned(schedule) == ("base", 10.0)
    begin(schedule)
    assert planned(schedule) == ("other", 8.0)


def test_what_nobody_looks_at_gives_way(schedule: Schedule) -> None:
    schedule.add("child", 9.0)
    begin(schedule)
    child = schedule.running
    assert child is not None
    schedule.change("base", 10.0)
    assert child.is_outdated
    schedule.end()
    assert not child.future.done()
    assert planned(schedule) == ("base", 10.0)
    begin(schedule)
    schedule.end()
    begin(schedule)
    assert schedule.running is not None
    assert schedule.running.uri == "child"
    assert schedule.running.future is child.future


def test_what_was_typed_does_not_give_way(schedule: Schedule) -> None:
    schedule.change("a", 9.0)
    begin(schedule)
    schedule.change("b", 10.0)
    assert schedule.running is not None
    assert not schedule.running.is_outdated


def test_who_waits_for_a_closed_document_gets_nothing(schedule: Schedule) -> None:
    schedule.change("a", 9.0)
    begin(schedule)
    running = schedule.running
    assert running is not None
    schedule.change("b", 9.0)
    waiting = schedule.find("b")
    assert waiting is not None
    schedule.drop("a")
    schedule.drop("b")
    assert waiting.future.result() is None
    assert not running.future.done()
    schedule.end()
    assert running.future.result() is None
    assert planned(schedule) is None
