"""The grammar of suppression comments: what a comment says, before it is known what it means."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


class Form(Enum):
    """The ways to write a suppression, as they are shown to the user."""

    NOQA = "noqa"
    IGNORE = "ckptlint: ignore"
    IGNORE_FILE = "ckptlint: ignore-file"


class Item(NamedTuple):
    """One rule that a suppression names, with its offsets in the comment's text."""

    text: str
    start: int
    end: int


class Directive(NamedTuple):
    """One suppression in a comment.

    Parameters
    ----------
    form : Form
        How it is written.
    start, end : int
        Its offsets in the comment's text; what lies between is nobody else's.
    items : tuple[Item, ...] or None
        The rules it names; None if it names none and so means all.
    reason : str
        What the comment goes on to say.
    reason_start : int
        Where the reason begins in the comment's text.
    problem : str or None
        Why it cannot be understood; it then suppresses nothing.
    until : str or None
        The last day on which it suppresses, as ``YYYY-MM-DD``; None if it has no end.
    """

    form: Form
    start: int
    end: int
    items: tuple[Item, ...] | None = None
    reason: str = ""
    reason_start: int = 0
    problem: str | None = None
    until: str | None = None


_NEXT_COMMENT = re.compile(r"(?<=\s)#(?!\d)")
_NOQA = re.compile(r"#\s*noqa(?!\w)(?P<colon>\s*:\s*)?", re.IGNORECASE)
_NOQA_CODE = re.compile(r"[A-Za-z]+[0-9]+")
_SEPARATORS = re.compile(r"[,\s]*")
_OURS = re.compile(r"(?:#|<!--)\s*ckptlint:\s*(?P<word>[\w-]*)")
_UNTIL = re.compile(r"(?<![\w-])until\s*=\s*(?P<day>[^\s,;)]*)[,;]?\s*", re.IGNORECASE)
_FORMS = {"ignore": Form.IGNORE, "ignore-file": Form.IGNORE_FILE}


def read_directives(comment: str) -> tuple[Directive, ...]:
    """Find the suppressions in a comment, which begins with ``#`` or is a whole ``<!-- ... -->``.

    Several comments may follow each other on one line, each with its own ``#``. The grammar of
    ``noqa`` is flake8's.
    """
    if comment.startswith("<!--"):
        end = comment.rfind("-->")
        segments = [(0, end if end > 0 else len(comment))]
    else:
        starts = [0, *(match.start() for match in _NEXT_COMMENT.finditer(comment))]
        segments = list(zip(starts, [*starts[1:], len(comment)], strict=True))
    return tuple(
        directive
        for start, end in segments
        if (directive := _read_segment(comment[:end].rstrip(), start)) is not None
    )


def _read_segment(text: str, start: int) -> Directive | None:
    noqa = _NOQA.match(text, start)
    if noqa is not None:
        return _read_noqa(text, start, noqa)
    ours = _OURS.match(text, start)
    return None if ours is None else _read_ours(text, start, ours)


def _read_noqa(text: str, start: int, match: re.Match[str]) -> Directive:
    items = tuple(_noqa_items(text, match.end())) if match["colon"] else ()
    after = items[-1].end if items else match.end()
    reason_start = _skip(text, after)
    directive = Directive(Form.NOQA, start, len(text), items or None, "", reason_start)
    return _with_reason(directive, text[reason_start:])


def _with_reason(directive: Directive, text: str) -> Directive:
    """Read what a directive goes on to say: its reason, and the last day on which it holds."""
    found = [*_UNTIL.finditer(text)]
    if not found:
        return directive._replace(reason=text.strip())
    from ckptlint.engine.day import is_day

    reason, day = _UNTIL.sub("", text).strip(), found[0]["day"].rstrip(".")
    if len(found) > 1:
        return directive._replace(reason=reason, problem="`until=` stands twice")
    if not is_day(day):
        problem = f"`until={day}` names no day, write `until=YYYY-MM-DD`"
        return directive._replace(reason=reason, problem=problem)
    return directive._replace(reason=reason, until=day)


def _noqa_items(text: str, position: int) -> Iterator[Item]:
    while (code := _NOQA_CODE.match(text, position)) is not None:
        yield Item(code[0], code.start(), code.end())
        position = _skip(text, code.end())


def _skip(text: str, position: int) -> int:
    separators = _SEPARATORS.match(text, position)
    assert separators is not None
    return separators.end()


def names_last_day(reason: str) -> bool:
    """Tell whether what a directive goes on to say names its last day, rightly or not."""
    return _UNTIL.search(reason) is not None


def _read_ours(text: str, start: int, match: re.Match[str]) -> Directive:
    word = match["word"]
    form = _FORMS.get(word)

    def broken(problem: str) -> Directive:
        return Directive(form or Form.IGNORE, start, len(text), problem=problem)

    if form is None:
        return broken(f"unknown directive `ckptlint: {word}`, there are `ignore` and `ignore-file`")
    rest = text[match.end() :]
    bracket = match.end() + len(rest) - len(rest.lstrip())
    if not text.startswith("[", bracket):
        if rest and not rest[0].isspace():
            return broken(f"`{rest[0]}` after `{form.value}`, write `{form.value}[CODE] REASON`")
        return _with_reason(Directive(form, start, len(text), None, "", bracket), rest)
    close = text.find("]", bracket)
    if close < 0:
        return broken(f"the bracket of `{form.value}[` is never closed")
    items = tuple(_bracket_items(text, bracket + 1, close))
    if not items:
        return broken(f"`{form.value}[]` names no rule")
    directive = Directive(form, start, len(text), items, "", close + 1)
    return _with_reason(directive, text[close + 1 :])


def _bracket_items(text: str, start: int, end: int) -> Iterator[Item]:
    for entry in text[start:end].split(","):
        name = entry.strip()
        if name:
            at = start + entry.index(name)
            yield Item(name, at, at + len(name))
        start += len(entry) + 1


def without_items(comment: str, directive: Directive, dropped: Collection[Item]) -> str:
    """Give the comment without some items of one directive, and without it if none is left.

    Other directives and foreign text stay as they are. The reason of ``ckptlint: ignore`` goes
    with it; text after a ``noqa`` is a comment of its own, and stays. The result may be empty.
    """
    kept = [item for item in directive.items or () if item not in dropped]
    if kept and directive.items is not None:
        first, last = directive.items[0], directive.items[-1]
        between = _separator(comment, directive.items)
        names = between.join(item.text for item in kept)
        return comment[: first.start] + names + comment[last.end :]
    if comment.startswith("<!--"):
        return ""
    before, after = comment[: directive.start], comment[directive.end :]
    if directive.form is Form.NOQA and directive.reason:
        after = f"# {directive.reason.lstrip('# ')}{after}"
    if not before:
        return after.lstrip()
    return (before + after.lstrip()).rstrip()


def new_directive(form: Form, rules: Sequence[str], reason: str = "") -> str:
    """Write a suppression of some rules, by codes in a ``noqa`` and by codes or names else."""
    listed = ", ".join(rules)
    said = " ".join(reason.split())
    if form is Form.NOQA:
        return f"# noqa: {listed}{_after_codes(said)}"
    return f"# {form.value}[{listed}]{' ' * bool(said)}{said}"


def with_items(comment: str, directive: Directive, added: Sequence[str], reason: str = "") -> str:
    """Give the comment with more rules in one directive that names some, and more of a reason.

    What is named already, in any case, is not named again.
    """
    items = directive.items or ()
    named = {item.text.lower() for item in items}
    between = _separator(comment, items) or ", "
    new = "".join(between + rule for rule in added if rule.lower() not in named)
    last = items[-1].end
    said = " ".join(reason.split())
    tail = comment[last : directive.end]
    if said and not directive.reason:
        tail = _after_codes(said) if directive.form is Form.NOQA else f"{tail} {said}"
    elif said not in directive.reason:
        tail += f"; {said}"
    return comment[:last] + new + tail + comment[directive.end :]


def _after_codes(reason: str) -> str:
    """Set a reason apart from the codes of a ``noqa``, among which its first word may not count."""
    if not reason:
        return ""
    return f" - {reason}" if _NOQA_CODE.match(reason) else f" {reason}"


def _separator(comment: str, items: tuple[Item, ...]) -> str:
    if len(items) < 2:
        return ""
    return comment[items[0].end : items[1].start]
