from __future__ import annotations

from ckptlint.engine.comments import Comment, LogicalLine, read_layout
from ckptlint.sources.source import Position, Source, SourceKind


def source(text: str, parts: tuple[tuple[int, int], ...] = ()) -> Source:
    return Source("code.py", SourceKind.PYTHON, text, parts=parts)


def test_comments_and_logical_lines() -> None:
    text = """\
# first
x = 1  # second
call(
    # third
    "# no comment",
    a,  # fourth
)  # fifth
text = '''
# no comment either
'''
@decorated  # sixth
def f(): pass
"""
    layout = read_layout(source(text))
    assert layout.comments == (
        Comment(Position(1, 1), "# first", True),
        Comment(Position(2, 8), "# second", False),
        Comment(Position(4, 5), "# third", True),
        Comment(Position(6, 9), "# fourth", False),
        Comment(Position(7, 4), "# fifth", False),
        Comment(Position(11, 13), "# sixth", False),
    )
    assert layout.lines == (
        LogicalLine(2, 2),
        LogicalLine(3, 7),
        LogicalLine(8, 10),
        LogicalLine(11, 11, is_decorator=True),
        LogicalLine(12, 12),
    )
    assert layout.logical_line_at(5) == LogicalLine(3, 7)
    assert layout.logical_line_at(1) == LogicalLine(1, 1)
    assert layout.statement_below(1) == LogicalLine(2, 2)
    assert layout.statement_below(10) == LogicalLine(11, 12)
    assert layout.statement_below(12) is None


def test_columns_count_characters() -> None:
    layout = read_layout(source("é = '日本'  # here\n"))
    assert layout.comments == (Comment(Position(1, 11), "# here", False),)


def test_what_comes_before_an_error_counts() -> None:
    layout = read_layout(source("x = 1  # seen\ncall(  # seen too\n"))
    assert [comment.text for comment in layout.comments] == ["# seen", "# seen too"]
    assert layout.lines == (LogicalLine(1, 1),)
    layout = read_layout(source("if x:\n        y  # seen\n    z  # not seen\n"))
    assert [comment.text for comment in layout.comments] == ["# seen"]


def test_a_broken_part_does_not_hide_the_comments_of_the_next() -> None:
    text = "call(\n\nx = 1  # seen\ny = 2\n"
    layout = read_layout(source(text, parts=((1, 1), (3, 4))))
    assert layout.comments == (Comment(Position(3, 8), "# seen", False),)
    assert layout.lines == (LogicalLine(3, 3), LogicalLine(4, 4))
