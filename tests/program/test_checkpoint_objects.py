"""Which checkpoint object an expression gives, and what is asked of the wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from astroid import nodes
from source_trees import fragment, program

from ckptlint.program.expected_errors import is_error_expected
from ckptlint.program.program import Program
from ckptlint.program.workflow.objects import kinds_of

if TYPE_CHECKING:
    from ckptlint.program.workflow.arguments import BadArgument

HEAD = """\
from typing import Optional, Union
from earth2studio.utils.checkpoint import (
    Checkpoint, CheckpointSession, CheckpointState, NullCheckpoint, bind_checkpoint_state
)
"""


def kinds(code: str, name: str = "it") -> set[str]:
    """Tell what the last expression named `name` may be."""
    module = program(HEAD + code)
    reads = [one for one in module.tree.nodes_of_class(nodes.Name) if one.name == name]
    return {kind.value for kind in kinds_of(reads[-1], module)}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("it = Checkpoint('a')\nit", {"Checkpoint"}),
        ("it = None\nit = Checkpoint('a')\nit", {"Checkpoint"}),
        ("it = Checkpoint('a')\nit = it.select(-1)\nit", set()),
        ("c = Checkpoint('a')\nit = c.select(-1)\nit", {"CheckpointSession"}),
        ("with Checkpoint('a') as it: it", {"CheckpointSession"}),
        ("with NullCheckpoint() as it: it", {"NullCheckpoint"}),
        ("with open('a') as it: it", set()),
        ("with Checkpoint('a') as it: it\nit = 1", set()),
        ("it = Checkpoint('a') if x else NullCheckpoint()\nit", {"Checkpoint", "NullCheckpoint"}),
        ("it = x or Checkpoint('a')\nit", set()),
        ("c = Checkpoint('a')\nit = stack.enter_context(c)\nit", {"CheckpointSession"}),
        ("c = Checkpoint('a')\nit = c.__enter__()\nit", {"CheckpointSession"}),
        ("if (it := Checkpoint('a')): it", {"Checkpoint"}),
        ("def f(it: Checkpoint | None = None): it", {"Checkpoint"}),
        ("def f(it: Optional[CheckpointSession]): it", {"CheckpointSession"}),
        ("def f(*, it: Union[Checkpoint, NullCheckpoint]): it", {"Checkpoint", "NullCheckpoint"}),
        ("def f(it: CheckpointState[int]): it", {"CheckpointState"}),
        ("def f(it: list[Checkpoint]): it", set()),
        ("def f(it: 'Checkpoint'): it", set()),
        ("def f(it): it", set()),
        ("def f(it: Checkpoint):\n    it = other(it)\n    it", set()),
        (
            "def f(c: Checkpoint | NullCheckpoint):\n    with c as it: it",
            {"CheckpointSession", "NullCheckpoint"},
        ),
        ("def f(s: CheckpointSession):\n    it = s.catalog\n    it", {"Checkpoint"}),
        ("it = bind_checkpoint_state(x)\nit", {"CheckpointState"}),
        ("for it in [Checkpoint('a')]: it", set()),
        ("it, other = Checkpoint('a'), 1\nit", set()),
        ("it = it2 = Checkpoint('a')\nit", {"Checkpoint"}),
        ("it = it\nit", set()),
        ("it: Checkpoint = made()\nit", {"Checkpoint"}),
    ],
)  # fmt: skip
def test_a_name_is_what_everything_that_binds_it_gives(code: str, found: set[str]) -> None:
    assert kinds(code) == found


@pytest.mark.parametrize(
    ("assigned", "found"),
    [
        ("self.it = Checkpoint('a')", {"Checkpoint"}),
        ("self.it = None\n        self.it = Checkpoint('a')", {"Checkpoint"}),
        ("self.it = Checkpoint('a')\n        self.it = 1", set()),
        ("self.it = given", set()),
        ("pass", set()),
    ],
)
def test_an_attribute_is_what_every_assignment_to_it_gives(assigned: str, found: set[str]) -> None:
    module = program(
        f"{HEAD}class M:\n    def __init__(self, given):\n        {assigned}\n"
        "    def f(self):\n        return self.it\n"
    )
    (read,) = [one for one in module.tree.nodes_of_class(nodes.Attribute) if one.attrname == "it"]
    assert {kind.value for kind in kinds_of(read, module)} == found


@pytest.mark.parametrize(
    ("code", "is_expected"),
    [
        ("it", False),
        ("with pytest.raises(TypeError):\n    it", True),
        ("with self.assertRaises(TypeError):\n    it", True),
        ("with open('a'):\n    it", False),
        ("with raises(it):\n    pass", False),
        ("try:\n    it\nexcept (KeyError, TypeError):\n    pass", True),
        ("try:\n    pass\nexcept AttributeError:\n    it", True),
        ("try:\n    it\nexcept Exception:\n    pass", True),
        ("try:\n    it\nexcept Exception:\n    raise", False),
        ("try:\n    it\n    more()\nexcept Exception:\n    pass", False),
        ("try:\n    it\nexcept OSError:\n    pass", False),
        ("try:\n    it\nfinally:\n    pass", False),
        ("try:\n    pass\nexcept TypeError:\n    pass\nelse:\n    it", False),
        ("if hasattr(x, 'a'):\n    it", True),
        ("if version.parse(v) > w:\n    pass\nelse:\n    it", True),
        ("if it:\n    hasattr(x, 'a')", False),
        ("it if isinstance(x, int) else 1", True),
    ],
)
def test_an_error_is_expected_where_the_code_around_allows_for_it(
    code: str, is_expected: bool
) -> None:
    module = program(code)
    (node,) = [one for one in module.tree.nodes_of_class(nodes.Name) if one.name == "it"]
    assert is_error_expected(node) is is_expected


def test_names_that_lead_to_each_other_many_times_are_soon_given_up() -> None:
    lines = [f"{one} = {other}.select(0) if x else {one}" for one in "abcd" for other in "abcd"]
    assert (
        misplaced("\n".join(["a = Checkpoint('a')", *lines * 20, "a.write()", "d.write()"])) == []
    )


def misplaced(code: str) -> list[tuple[str, str | None, bool]]:
    found = Program(program(HEAD + code)).misplaced_members
    return [(one.node.attrname, one.owner, bool(one.edits)) for one in found]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("c = Checkpoint('a')\nwith c as s: c.write()", [("write", "s", True)]),
        ("c = Checkpoint('a')\nwith c.select(-1) as s: c.write()", [("write", "s", True)]),
        ("c = Checkpoint('a')\nwith c: c.write()", [("write", None, False)]),
        ("c = Checkpoint('a')\nwith c as s: pass\nc.write()", [("write", None, False)]),
        ("c = Checkpoint('a')\nwith c as s:\n  s = 1\n  c.write()", [("write", None, False)]),
        ("c, d = 1, Checkpoint('a')\nwith d as s: c.write()", []),
        (
            "c = Checkpoint('a')\nd = Checkpoint('b')\nwith d as s: c.write()",
            [("write", None, False)],
        ),
        ("c = Checkpoint('a')\nwith c as s:\n  def f(): c.write()", [("write", None, False)]),
        ("with Checkpoint('a') as s: s.select(0)", [("select", "s.catalog", True)]),
        ("with Checkpoint('a') as s: s.device, s.catalog.level, s.flush()", []),
        ("Checkpoint('a').device", []),
        ("NullCheckpoint().level, NullCheckpoint().write()", []),
    ],
)  # fmt: skip
def test_a_member_is_misplaced_if_its_object_lacks_it(
    code: str, found: list[tuple[str, str | None, bool]]
) -> None:
    assert misplaced(code) == found


def bad(arguments: str) -> list[BadArgument]:
    return list(Program(program(f"{HEAD}Checkpoint('a', {arguments})")).bad_arguments)


@pytest.mark.parametrize(
    ("arguments", "consequence"),
    [
        ("flush_interval=2.5", "commits at each 5th write alone: it is a whole number of writes"),
        ("flush_interval=1.5", "commits at each 3rd write alone: it is a whole number of writes"),
        ("flush_interval=21.0", None),
        ("flush_interval=1.1", "commits nothing: it is a whole number of writes"),
        ("flush_interval=0.5", "raises: it is a number of writes from 1, or None"),
        ("flush_interval=-(1)", "raises: it is a number of writes from 1, or None"),
        ("flush_interval='6'", "raises: it is a number of writes from 1, or None"),
        ("flush_interval=+2", None),
        ("level=2.0", None),
        ("level=False", "raises: a level is 0, 1 or 2"),
        ("history_size=True", None),
        ("history_size=2, mode='append'", None),
        ("history_size=2, mode=MODE", None),
        ("history_size=2, **options", None),
        ("*options, history_size=2", None),
        (
            "history_size=2, mode='overwrite'",
            'is ignored: at `mode="overwrite"` only the newest row is kept',
        ),
        ("device=None", "raises: it is no device"),
        ("device=0", None),
        ("device='npu:0'", None),
        ("path=None", None),
        ("path=b'a'", "raises: it is no path"),
        ("rank='0', world_size=True", None),
    ],
)  # fmt: skip
def test_a_literal_is_judged_as_the_installed_checkpoint_takes_it(
    arguments: str, consequence: str | None
) -> None:
    assert [one.consequence for one in bad(arguments)] == ([consequence] if consequence else [])


def test_a_block_of_markdown_is_judged_too() -> None:
    (found,) = Program(fragment("Checkpoint('a', level='state')")).bad_arguments
    assert (found.parameter, found.wanted) == ("level", "Write `level=1`")
