from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.baseline import Baseline, Entry, recognise
from ckptlint.engine.baseline_file import baseline_bytes, read_baseline
from ckptlint.rule import Confidence

if TYPE_CHECKING:
    import pytest

ENTRY = st.builds(
    Entry,
    st.sampled_from(("a.py", "src/b.py")),
    st.sampled_from(("CKP101", "CKP201", "CKP900")),
    st.sampled_from(("x", "y")),
    st.sampled_from(("found", "found too")),
    st.booleans(),
)
ENTRIES = st.lists(ENTRY, max_size=12)


def entry(text: str, message: str = "found", code: str = "CKP101") -> Entry:
    return Entry("a.py", code, text, message)


def test_numbers_alone_do_not_count_in_a_message() -> None:
    made = Entry.of(
        "a.py", "CKP101", "x", "saved on line 12, as float32 of\n CKP201 at 1.5 h", Confidence.LOW
    )
    assert made.message == "saved on line #, as float32 of CKP201 at 1.5 h"
    assert not made.is_sure


def test_that_with_the_very_message_is_known_first() -> None:
    found = [entry("x, y", "x is new"), entry("x, y", "y is old")]
    recognised = recognise(found, Counter([entry("x, y", "y is old")]))
    assert recognised == ((False, True), Counter())


def test_another_message_will_do() -> None:
    found = [entry("x", "worded anew"), entry("x", "worded anew")]
    recognised = recognise(found, Counter([entry("x", "worded of old")]))
    assert recognised == ((True, False), Counter())


def test_spaces_do_not_count() -> None:
    recognised = recognise([entry("f( x )"), entry("f(x)")], Counter([entry("f(x)")]))
    assert recognised == ((False, True), Counter())
    assert recognise([entry("f( x )")], Counter([entry("f(x)")])).is_known == (True,)


def test_another_text_or_code_will_not() -> None:
    known = Counter([entry("x")])
    assert recognise([entry("y"), entry("x", code="CKP201")], known) == ((False, False), known)


@given(found=ENTRIES, known=ENTRIES)
def test_as_many_are_known_as_the_baseline_counts(found: list[Entry], known: list[Entry]) -> None:
    here = [one for one in found if one.path == "a.py"]
    baseline = Counter(one for one in known if one.path == "a.py")
    is_known, left = recognise(here, baseline)

    def alike(entries: Counter[Entry]) -> Counter[tuple[str, str]]:
        contents: Counter[tuple[str, str]] = Counter()
        for one, count in entries.items():
            contents[one.code, one.text] += count
        return contents

    hidden = Counter(one for one, is_so in zip(here, is_known, strict=True) if is_so)
    there = alike(Counter(one for one in here if one.code != "CKP900"))
    assert alike(hidden) == there & alike(baseline)
    assert alike(left) + alike(hidden) == alike(baseline)


@given(old=ENTRIES, found=ENTRIES)
def test_what_was_found_is_known_after_it_was_written(old: list[Entry], found: list[Entry]) -> None:
    baseline = Baseline("/project/known.json", Counter(old)).updated(found, Counter())
    for path in ("a.py", "src/b.py"):
        here = [one for one in found if one.path == path and one.code != "CKP900"]
        assert all(recognise(here, baseline.of_file(path)).is_known)
    again = baseline.updated(found, Counter())
    assert baseline_bytes(again) == baseline_bytes(baseline)


@given(entries=ENTRIES)
def test_mended_entries_are_dropped(entries: list[Entry]) -> None:
    baseline = Baseline("/project/known.json", Counter(entries))
    kept = [one for one in entries if one.code == "CKP101"]
    mended = baseline.entries - Counter(kept)
    assert baseline.updated(kept, mended).entries == Counter(kept)


@given(entries=st.lists(st.builds(Entry, *[st.text()] * 4, st.booleans())))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]
) -> None:
    path = tmp_path_factory.getbasetemp() / "known.json"
    baseline = Baseline(str(path), Counter(entries))
    path.write_bytes(baseline_bytes(baseline))
    assert read_baseline(str(path)).entries == baseline.entries


def test_text_is_written_as_it_is_read_and_names_that_are_no_text_as_escapes() -> None:
    plain = baseline_bytes(Baseline("/b", Counter([entry("größe")]))).decode()
    assert '"text": "größe"' in plain
    odd = baseline_bytes(Baseline("/b", Counter([Entry("\udcff.py", "CKP101", "größe", "")])))
    assert odd.isascii()
    assert json.loads(odd)["findings"][0]["path"] == "\udcff.py"


def test_entries_are_sorted_and_counted() -> None:
    entries = Counter([entry("b"), entry("a"), entry("b"), entry("b", "other")])
    written = json.loads(baseline_bytes(Baseline("/b", entries)))["findings"]
    shown = [(one["text"], one["message"], one["count"]) for one in written]
    assert shown == [("a", "found", 1), ("b", "found", 2), ("b", "other", 1)]
