from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.sources.patterns import Patterns, fault_of, first_fault


class Pattern(NamedTuple):
    pattern: str
    base: str = "/project"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (".venv", "/project/a/.venv"),
        (".venv/", "/project/a/.venv"),
        ("*.py", "/project/a/b.py"),
        ("*_test.py", "/elsewhere/b_test.py"),
        ("draft_*.py", "/project/a/draft_1.py"),
        ("a?.py", "/project/a1.py"),
        ("[ab].py", "/project/b.py"),
        ("[!ab].py", "/project/c.py"),
        ("*.{py,md}", "/project/a.md"),
        ("{a,b}/c", "/project/b/c"),
        ("docs/old", "/project/docs/old"),
        ("./docs/old/", "/project/docs/old"),
        ("../docs", "/docs"),
        ("docs/*.md", "/project/docs/a/b.md"),
        ("docs/**/a.md", "/project/docs/a.md"),
        ("docs/**/a.md", "/project/docs/b/c/a.md"),
        ("**/a.md", "/project/a.md"),
        ("**/b/a.md", "/project/c/b/a.md"),
        ("docs/**", "/project/docs/a"),
        ("/other/docs", "/other/docs"),
        ("/other/*.py", "/other/a/b.py"),
    ],
)
def test_matches(pattern: str, path: str) -> None:
    assert Patterns([Pattern(pattern)]).match(path.rpartition("/")[2], path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("venv", "/project/.venv"),
        ("*.py", "/project/a.pyi"),
        ("*.py", "/project/a.PY"),
        ("docs/old", "/project/a/docs/old"),
        ("docs/old", "/docs/old"),
        ("docs/**/a.md", "/project/docs/ba.md"),
        ("/docs", "/project/docs"),
        ("docs/**", "/project/docs"),
        ("a.py", "/project/axpy"),
    ],
)
def test_does_not_match(pattern: str, path: str) -> None:
    assert not Patterns([Pattern(pattern)]).match(path.rpartition("/")[2], path)


def test_a_base_with_wildcards_is_no_pattern() -> None:
    patterns = Patterns([Pattern("a/b", "/p[x]*")])
    assert patterns.match("b", "/p[x]*/a/b")
    assert not patterns.match("b", "/px1/a/b")


def test_no_pattern_matches_nothing() -> None:
    assert not Patterns([]).match("a.py", "/project/a.py")
    assert not Patterns([]).match_within("/project/a.py")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/project/venv/a/b.py", True),
        ("/project/a/venv", True),
        ("/project/docs/old/a/b.py", True),
        ("/project/a/b.py", False),
        ("/venv/a/b.py", False),
        ("/a/venv", True),
    ],
)
def test_folders_below_the_base_count_too(path: str, expected: bool) -> None:
    patterns = Patterns([Pattern("venv"), Pattern("docs/old")])
    assert patterns.match_within(path) is expected


def test_folders_above_the_base_do_not_count() -> None:
    patterns = Patterns([Pattern("venv", "/venv/project")])
    assert not patterns.match_within("/venv/project/a.py")
    assert patterns.match_within("/venv/project/venv/a.py")


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", "names no file"),
        ("/", "names no file"),
        ("a[", "has a `[` that is never closed"),
        ("[]", "has a `[` that is never closed"),
        ("[!]", "has a `[` that is never closed"),
        ("[z-a].py", "matches nothing: `[z-a]` has no character"),
        ("{a,b", "has a `{` that is never closed"),
        ("{a,{b,c}", "has a `{` that is never closed"),
        ("a}", "has a `}` that closes nothing"),
        ("}a{", "has a `}` that closes nothing"),
    ],
)
def test_a_pattern_that_can_match_nothing_has_a_fault(pattern: str, fault: str) -> None:
    assert fault_of(pattern) == f"the pattern `{pattern}` {fault}"
    assert first_fault(["*.py", pattern, "b["]) == f"the pattern `{pattern}` {fault}"


@pytest.mark.parametrize("pattern", ["a", "**/*.py", "[]]", "[!]]", "[a-z]?", "{a,{b,c}}/*"])
def test_a_pattern_that_can_match_has_none(pattern: str) -> None:
    assert fault_of(pattern) is None


@given(st.text(alphabet="ab*?[]{}!,-/", max_size=12))
def test_a_pattern_without_a_fault_can_be_compiled(pattern: str) -> None:
    if fault_of(pattern) is None:
        assert Patterns([Pattern(pattern)]).match("?", "/project/?") in (True, False)
