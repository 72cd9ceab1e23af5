"""What the rules say of a Checkpoint's arguments and metadata, held against the installed one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ckptlint.program.facts import CHECKPOINT_PARAMETERS
from ckptlint.program.module import parse_module
from ckptlint.program.program import Program
from ckptlint.program.project import Project
from ckptlint.program.workflow.misplaced import ONLY_OF_CHECKPOINT, ONLY_OF_SESSION
from ckptlint.sources.source import Source, SourceKind

if TYPE_CHECKING:
    from pathlib import Path

checkpoint = pytest.importorskip("earth2studio.utils.checkpoint")
torch = pytest.importorskip("torch")

WRITES = 12
NUMBERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 7),
    st.sampled_from([0.5, 1.0, 1.1, 1.5, 2.0, 2.5, 6.0, -1.0]),
    st.sampled_from(["1", "full", ""]),
)
MODES = st.sampled_from(["overwrite", "append", "Append", "w", None, True, 1])
COUNT = itertools.count()


def judged(arguments: dict[str, Any]) -> dict[str, str]:
    """Tell what is said of each argument."""
    written = "".join(f", {name}={value!r}" for name, value in arguments.items())
    text = f"from earth2studio.utils.checkpoint import Checkpoint\nCheckpoint('a'{written})\n"
    source = Source("a.py", SourceKind.PYTHON, text)
    found = Program(parse_module(source, Project([], []))).bad_arguments
    return {one.parameter: one.consequence for one in found}


@settings(max_examples=150, deadline=None)
@example({"flush_interval": 2.5})
@example({"history_size": 2.0, "mode": "append"})
@example({"history_size": 3})
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "mode": MODES,
            "flush_interval": NUMBERS,
            "history_size": NUMBERS,
            "level": NUMBERS,
        },
    )
)
def test_arguments_do_what_is_said_of_them(
    tmp_path_factory: pytest.TempPathFactory, arguments: dict[str, Any]
) -> None:
    said = judged(arguments)
    path = tmp_path_factory.mktemp("store") / str(next(COUNT))
    try:
        store = checkpoint.Checkpoint("a", path=path, **arguments)
    except (TypeError, ValueError):
        assert any(one.startswith("raises: ") for one in said.values())
        return
    assert not any(one.startswith("raises: ") for one in said.values())
    committed = 0
    try:
        with store as session:
            for _ in range(WRITES):
                committed += session.write() is not None
    except TypeError:
        assert "raises at the first commit" in said["history_size"]
        return
    wanted = arguments.get("flush_interval", 1)
    told = said.get("flush_interval", "")
    if told.startswith("commits at each"):
        every = int("".join(filter(str.isdigit, told)))
        assert committed == WRITES // every
    elif told.startswith("commits nothing"):
        assert committed == 0
    else:
        assert committed == (0 if wanted is None else WRITES // int(wanted))
    rows = len(store.catalog)
    if "is ignored" in said.get("history_size", ""):
        assert rows <= 1
        assert arguments["history_size"] > 1
    elif arguments.get("history_size") and committed and "history_size" not in said:
        assert rows == min(committed, arguments["history_size"])


def test_a_member_is_of_one_object_alone(tmp_path: Path) -> None:
    store = checkpoint.Checkpoint("a", path=tmp_path)
    with store as session:
        assert not [name for name in ONLY_OF_SESSION if hasattr(store, name)]
        assert not [name for name in ONLY_OF_CHECKPOINT if hasattr(session, name)]
        session.write(lead_time=6)
        assert all(hasattr(session, name) for name in ONLY_OF_SESSION)
        assert all(hasattr(store, name) for name in ONLY_OF_CHECKPOINT)
        assert session.catalog is store


def test_each_number_of_a_field_is_a_line_of_the_catalog(tmp_path: Path) -> None:
    lines = {}
    for name, value in {"field": torch.ones(1, 3, 20, 40), "mean": torch.ones(1, 3).mean()}.items():
        with checkpoint.Checkpoint("a", path=tmp_path / name) as session:
            session.write(value=value)
        lines[name] = (tmp_path / name / "catalog.json").read_text().count("\n")
    assert lines["field"] > 3 * 20 * 40
    assert lines["mean"] < 30


def test_artifacts_are_one_key(tmp_path: Path) -> None:
    with checkpoint.Checkpoint("a", path=tmp_path) as session:
        session.write(artifacts={"seed": 7})
        assert session.metadata == {"artifacts": {"seed": 7}}


def test_the_parameters_are_those_of_the_facts() -> None:
    import inspect

    signature = inspect.signature(checkpoint.Checkpoint)
    assert list(signature.parameters) == list(CHECKPOINT_PARAMETERS)
