"""What a module uses of the checkpoint API that its version of Earth2Studio lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from astroid import nodes

from ckptlint.program.api import changes
from ckptlint.program.api.choosing import choose_version
from ckptlint.program.api.version import NEWEST, Earth2StudioVersion
from ckptlint.program.environment import site_packages_of
from ckptlint.program.module import parse_module
from ckptlint.program.program import Program
from ckptlint.program.project import Project
from ckptlint.sources.source import Source, SourceKind

if TYPE_CHECKING:
    from ckptlint.program.api.removed import RemovedUse

IMPORT = "from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession\n"


def uses(
    text: str,
    version: Earth2StudioVersion = NEWEST,
    packages: tuple[Path, ...] = (),
    is_fragment: bool = False,
) -> tuple[RemovedUse, ...]:
    kind = SourceKind.MARKDOWN if is_fragment else SourceKind.PYTHON
    source = Source("a.py", kind, text, is_fragment=is_fragment)
    return Program(parse_module(source, Project([], packages, version))).removed_uses


def told(text: str, **options: object) -> list[tuple[int, int, str]]:
    return [
        (*use.span.start, use.what)
        for use in uses(text, **options)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("number", "is_told"),
    [("0.15.0", False), ("0.16.0rc1", False), ("0.16", True), ("0.19.0", True), ("1.0", True)],
)
def test_a_version_before_the_first_release_is_not_judged(number: str, is_told: bool) -> None:
    text = (
        f"{IMPORT}from earth2studio.utils.checkpoint import NO_CHECKPOINT\n"
        "with Checkpoint('a', state_policy='full').select() as session:\n"
        "    session.write(6)\n"
    )
    found = told(text, version=Earth2StudioVersion(number, "set"))
    assert bool(found) is is_told
    assert len(found) in (0, 4)


DRAFT = "class Checkpoint:\n    def __init__(self, name, path=None, state_policy='full'): ...\n"


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        (DRAFT, False),
        ("def save_checkpoint(step): ...\n", False),
        (DRAFT.replace("state_policy='full'", "*, level=2"), True),
        ("class Checkpoint(\n", True),
    ],
)
def test_a_draft_that_is_installed_under_any_version_is_not_judged(
    tmp_path: Path, text: str, is_told: bool
) -> None:
    module = tmp_path / "earth2studio" / "utils" / "checkpoint.py"
    module.parent.mkdir(parents=True)
    module.write_text(text)
    used = f"{IMPORT}store = Checkpoint('a', state_policy='full')\n"
    assert bool(told(used, packages=(tmp_path,))) is is_told


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f(s: CheckpointSession): s.write(6)", ["`write` with arguments by position"]),
        ("def f(s: 'CheckpointSession'): s.write(6)", []),
        ("def f(s: CheckpointSession | None): s.flush(6)", ["`flush` with arguments by position"]),
        ("def f(s: CheckpointSession | int): s.write(6)", []),
        ("def f(s: Checkpoint): s.select()", ["`select()` without a row"]),
        ("def f(s: Checkpoint): s.select(time=1, row=2)", ["`select(time=...)`"]),
        ("def f(s: Checkpoint): s.select(row=2)", []),
        ("def f(s: CheckpointSession): s.catalog.select()", ["`select()` without a row"]),
        ("def f(s: Checkpoint, **k): s.select(**k)", []),
        ("def f(s: Checkpoint, *k): s.select(*k)", []),
        ("def f(s: CheckpointSession, *k): s.write(*k)", ["`write` with arguments by position"]),
        ("def f(s: CheckpointSession):\n    s = open('a')\n    s.write('a')", []),
        ("Checkpoint('a', **{'state_policy': 'full'})", []),
        ("class C(Checkpoint): pass\nC('a', state_policy='full')", []),
        ("print(Checkpoint('a').state_policy)", ["`state_policy`"]),
        ("Checkpoint('a').select(-1).write(6)", ["`write` with arguments by position"]),
    ],
)
def test_call_forms_are_told_of_checkpoints_and_sessions_alone(code: str, found: list[str]) -> None:
    assert [what for _, _, what in told(f"{IMPORT}{code}\n")] == found


def test_places_are_those_of_the_names() -> None:
    text = (
        "from earth2studio.utils.checkpoint import (  # NO_CHECKPOINT\n"
        "    NO_CHECKPOINT as off, CheckpointStatePolicy,\n"
        ")\n"
    )
    assert told(text) == [(2, 5, "`NO_CHECKPOINT`"), (2, 27, "`CheckpointStatePolicy`")]


def test_a_block_of_markdown_means_earth2studios_checkpoint() -> None:
    text = "with Checkpoint('a', state_policy='full') as session:\n    session.write(6, {})\n"
    assert told(text, is_fragment=True) == [
        (1, 22, "`state_policy=`"),
        (2, 5, "`write` with arguments by position"),
    ]
    assert told(text) == []


def fixed(text: str) -> str:
    """Apply all edits, the last one first."""
    lines = text.split("\n")
    edits = sorted((edit for use in uses(text) for edit in use.edits), key=lambda one: one.span)
    for edit in reversed(edits):
        (first, left), (last, right) = edit.span
        whole = lines[first - 1][: left - 1] + edit.replacement + lines[last - 1][right - 1 :]
        lines[first - 1 : last] = whole.split("\n")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("s.write(6)", "s.write(lead_time=6)"),
        ("s.write(6, None)", "s.write(lead_time=6)"),
        ("s.write(None, {'a': 1})", "s.write(a=1)"),
        ("s.write(6, {'a': [1,\n2]}, b=3)", "s.write(lead_time=6, a=[1,\n2], b=3)"),
        ("s.write(6, {'class': 1})", None),
        ("s.write(6, {'lead_time': 1})", None),
        ("s.write(6, {'a': 1}, a=2)", None),
        ("s.write(6, {'a': 1,  # why\n'b': 2})", None),
        ("s.write(6, extras)", None),
        ("s.write(6, {}, 7)", None),
        ("s.write(*six)", None),
        ("s.write(6, **extras)", None),
    ],
)
def test_arguments_by_position_become_keywords(before: str, after: str | None) -> None:
    head = f"{IMPORT}with Checkpoint('a') as s:\n    "
    assert fixed(head + before) == head + (after or before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import NO_CHECKPOINT\nf(NO_CHECKPOINT)", "import NullCheckpoint\nf(NullCheckpoint())"),
        (
            "import NO_CHECKPOINT, NullCheckpoint\nf(NO_CHECKPOINT)",
            "import NullCheckpoint\nf(NullCheckpoint())",
        ),
        ("import NO_CHECKPOINT\nx is NO_CHECKPOINT", None),
        ("import NO_CHECKPOINT\nNO_CHECKPOINT = 1", None),
        ("import NO_CHECKPOINT\n__all__ = ['NO_CHECKPOINT']", None),
        (
            "import NO_CHECKPOINT\ndef f(NO_CHECKPOINT): return NO_CHECKPOINT",
            "import NullCheckpoint\ndef f(NO_CHECKPOINT): return NO_CHECKPOINT",
        ),
        ("import NO_CHECKPOINT\nNullCheckpoint = 1\nf(NO_CHECKPOINT)", None),
        (
            "import NullCheckpoint as N, NO_CHECKPOINT\nf(NO_CHECKPOINT)",
            "import NullCheckpoint as N, NullCheckpoint\nf(NullCheckpoint())",
        ),
        ("import NO_CHECKPOINT as N\nf(N)", None),
    ],
)
def test_an_imported_name_is_renamed_with_all_its_uses_or_not_at_all(
    before: str, after: str | None
) -> None:
    head = "from earth2studio.utils.checkpoint "
    assert fixed(head + before) == head + (after or before)


@pytest.fixture(scope="module")
def installed() -> Project:
    """Give the installed Earth2Studio, to be read."""
    folders = site_packages_of()
    version, _ = choose_version(None, folders, Path("/missing"))
    if version.number != NEWEST.number:
        pytest.skip(f"the installed earth2studio is not {NEWEST.number}")
    return Project([], folders)


def parameters_of(project: Project, qualified_name: str) -> set[str]:
    module = project.module(qualified_name.rpartition(".")[0])
    assert module is not None
    found = module.tree.locals[qualified_name.rpartition(".")[2]][0]
    if isinstance(found, nodes.ClassDef):
        found = found.locals["__init__"][0]
    return {argument.name for argument in (*found.args.args, *found.args.kwonlyargs)}


def test_what_has_gone_is_not_in_the_installed_release(installed: Project) -> None:
    module = installed.module("earth2studio.utils.checkpoint")
    assert module is not None
    for name, change in changes.NAMES.items():
        assert name.rpartition(".")[2] not in module.tree.locals
        if change.renamed is not None:
            assert change.renamed.removesuffix("()") in module.tree.locals
    for callee, keywords in changes.KEYWORDS.items():
        parameters = parameters_of(installed, callee)
        assert not keywords.keys() & parameters
        assert {one.renamed for one in keywords.values() if one.renamed} <= parameters
    state = module.class_named("earth2studio.utils.checkpoint.CheckpointState")
    assert state is not None
    assert changes.CHECKPOINT_STATE_POLICY.renamed in state.node.locals
    checkpoint = module.class_named("earth2studio.utils.checkpoint.Checkpoint")
    assert checkpoint is not None
    select = checkpoint.node.locals["select"][0]
    assert [argument.name for argument in select.args.args] == ["self", "row"]
    assert select.args.kwarg is None


def test_the_policies_of_the_drafts_are_the_levels_of_the_release() -> None:
    assert set(changes.LEVELS.values()) == {0, 1, 2}
