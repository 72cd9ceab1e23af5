from __future__ import annotations

from unicodedata import category

from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import make_finding, make_options, make_place

from ckptlint.engine.result import (
    CheckResult,
    FileDiff,
    FileEdit,
    LocatedFinding,
    ProposedFix,
    RelatedPlace,
)
from ckptlint.reports import diff
from ckptlint.reports.display import lay_out, printable
from ckptlint.reports.formats import FORMATS
from ckptlint.rule import Applicability

# Source text, what a terminal shows for it, and the columns that it takes there.
PIECES = {
    "a": ("a", 1),
    " ": (" ", 1),
    "天": ("天", 2),
    "ｶ": ("ｶ", 1),
    "\uff21": ("\uff21", 2),
    "e\u0301\u0323": ("e\u0301\u0323", 1),
    "\t": ("    ", 4),
    "👩\u200d💻": ("👩\u200d💻", 2),
    "👍🏽": ("👍🏽", 2),
    "\u1100\u1161\u11a8": ("\u1100\u1161\u11a8", 2),
    "🏴\U000e0067\U000e0062\U000e007f": ("🏴\U000e0067\U000e0062\U000e007f", 2),
    "\x1b": ("␛", 1),
    "\x9b": ("\ufffd", 1),
    "\u202e": ("\ufffd", 1),
    "\udce9": ("\ufffd", 1),
}
pieces = st.lists(st.sampled_from(sorted(PIECES)), max_size=40)


def columns(shown: list[str]) -> int:
    return sum(PIECES[piece][1] for piece in shown)


def frame_of(finding: LocatedFinding, width: int) -> tuple[str, str]:
    """Give the code and the carets of a frame of one line, without the line number."""
    text = FORMATS.load("full")(CheckResult(findings=[finding]), make_options(width=width))
    code, carets = text.splitlines()[3:5]
    assert (code[:4], carets[:4]) == ("1 | ", "  | ")
    return code[4:], carets[4:]


@settings(deadline=None)
@given(pieces)
def test_layout(line: list[str]) -> None:
    laid_out = lay_out("".join(line))
    assert "".join(laid_out.glyphs) == "".join(PIECES[piece][0] for piece in line)
    assert laid_out.width == columns(line)


@settings(deadline=None)
@given(pieces, st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=5), pieces)
def test_carets_stand_under_the_span(before: list[str], span: list[str], after: list[str]) -> None:
    first = len("".join(before)) + 1
    end = first + len("".join(span))
    place = make_place("a.py", 1, first, 1, end)
    line = [*before, *span, *after, "a"]
    code, carets = frame_of(make_finding("CKP201", place, "".join(line)), width=10_000)
    assert code == "".join(PIECES[piece][0] for piece in line)
    assert carets == " " * columns(before) + "^" * columns(span)


@settings(deadline=None)
@given(pieces, pieces, st.integers(24, 60))
def test_carets_stand_under_the_span_in_a_window(
    before: list[str], after: list[str], width: int
) -> None:
    first = len("".join(before)) + 1
    finding = make_finding(
        "CKP201",
        make_place("a.py", 1, first, 1, first + 1),
        "".join([*before, "§", *after]),
    )
    code, carets = frame_of(finding, width)
    assert carets.strip() == "^"
    left, _, right = code.partition("§")
    for shown, taken in sorted(PIECES.values(), key=lambda piece: -len(piece[0])):
        left, right = left.replace(shown, "_" * taken), right.replace(shown, "_" * taken)
    assert len(left) == carets.index("^")
    assert len(left) + 1 + len(right) <= max(20, width - 4)


@settings(deadline=None)
@given(st.text(), st.text())
def test_printable_text_has_no_control_characters(text: str, kept: str) -> None:
    assert not [each for each in printable(text) if category(each) in {"Cc", "Cs", "Zl", "Zp"}]
    assert printable(text, keep=text) == text


hostile = st.text(st.sampled_from("\x1b[31m\x07\x9b\x08\r\n\x85\u202e\u2028\udce9天a\t%:,"))


@settings(deadline=None)
@given(hostile, hostile, hostile, st.integers(1, 9), st.booleans())
def test_no_control_character_leaks(
    line: str, message: str, path: str, column: int, spans_lines: bool
) -> None:
    line = line.replace("\n", "")
    place = make_place(path, 1, column, 2 if spans_lines else 1, column + 1)
    fix = ProposedFix(
        message,
        Applicability.UNSAFE,
        message,
        (FileEdit(place, line),),
        1,
        (line,),
        (line + "x", line),
    )
    related = (
        RelatedPlace(place, message),
        RelatedPlace(make_place(path + "b", 1, 1, 1, 1), message),
    )
    finding = make_finding(
        "CKP201", place, f"{line}\n{line}", message=message, help=message, related=related, fix=fix
    )
    result = CheckResult(findings=[finding], faults=[message], warnings=[path])
    texts = {name: FORMATS.load(name)(result, make_options(width=30)) for name in FORMATS}
    changed = FileDiff(path, line, f"{line}x", b"")
    texts["diff"] = diff.render([changed], terminal=True)
    for name in ("junit", "diff"):  # where a tab is a tab
        texts[name] = texts[name].replace("\t", "")
    for text in texts.values():
        left = {each for each in text if category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
        assert left <= {"\n"}
