from __future__ import annotations

from engine_doubles import make_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint.engine.needles import Needles


def test_a_rule_wants_a_file_that_holds_all_words_of_one_group() -> None:
    rules = [
        make_rule("CKP101", "one", iter, ((b"bind", b"yield"), (b"restore",))),
        make_rule("CKP201", "two", iter, ((b"flush",),)),
        make_rule("CKP900", "three", None, ()),
    ]
    needles = Needles(rules, {"CKP"})
    assert needles.codes_in(b"bind and flush") == {"CKP201"}
    assert needles.codes_in(b"yield, bind") == {"CKP101"}
    assert needles.codes_in(b"restore, flush") == {"CKP101", "CKP201"}
    assert needles.codes_in(b"") == frozenset()


def test_a_file_without_a_word_of_ours_suppresses_nothing_that_is_reported() -> None:
    needles = Needles([], {"CKP", "XYZ"})
    assert needles.may_suppress(b"x = 1  # noqa: CKP201")
    assert needles.may_suppress(b"x = 1  # noqa: XYZ201")
    assert needles.may_suppress(b"# ckptlint: ignore-file")
    assert needles.may_suppress(b"x = 1  # NoQA: CKP201")
    assert not needles.may_suppress(b"x = 1  # noqa: E501")
    assert not needles.may_suppress(b"BACKPACK = 'CKP201'")
    assert not needles.may_suppress(b"import ckptlint")
    assert not needles.may_suppress(b"CKPT = CKP_1  # noqa: E501")
    assert needles.may_suppress(b"CKPT = CKP_1  # noqa: CKP201")


WORD = st.sampled_from([b"ab", b"ba", b"aa", b"c"])
GROUPS = st.lists(st.lists(WORD, min_size=1).map(tuple), min_size=1).map(tuple)


@given(st.lists(GROUPS, max_size=4), st.binary(max_size=12) | st.text("abc").map(str.encode))
def test_needles_agree_with_their_definition(
    all_groups: list[tuple[tuple[bytes, ...], ...]], data: bytes
) -> None:
    rules = [
        make_rule(f"CKP{number:03}", f"rule-{number}", iter, groups)
        for number, groups in enumerate(all_groups)
    ]
    expected = {
        rule.code
        for rule in rules
        if any(all(word in data for word in group) for group in rule.needles)
    }
    assert Needles(rules, ()).codes_in(data) == expected
