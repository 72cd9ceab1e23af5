"""A name that a fix needs is imported where the text allows it."""

from __future__ import annotations

import pytest
from source_trees import program

from ckptlint.program.importing import import_name

NULL = "earth2studio.utils.checkpoint.NullCheckpoint"
FROM = "from earth2studio.utils.checkpoint import"
NEW = f"{FROM} NullCheckpoint"


def imported(text: str) -> str | None:
    """Give the text with the name imported, None where it cannot be."""
    edits = import_name(program(text), NULL, "earth2studio")
    if edits is None:
        return None
    lines = text.split("\n")
    for edit in edits:
        (line, column), end = edit.span
        assert end == (line, column)
        before, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
        lines[line - 1] = before + edit.replacement + after
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{FROM} Checkpoint\n", f"{FROM} Checkpoint, NullCheckpoint\n"),
        (f"{FROM} (Checkpoint)\n", f"{FROM} (Checkpoint, NullCheckpoint)\n"),
        (f"{FROM} (Checkpoint,)\n", f"{FROM} (Checkpoint, NullCheckpoint)\n"),
        (
            f"{FROM} (\n    Checkpoint,\n    CheckpointState,\n)\n",
            f"{FROM} (\n    Checkpoint,\n    CheckpointState,\n    NullCheckpoint,\n)\n",
        ),
        (
            f"{FROM} (\n    Checkpoint\n)\n",
            f"{FROM} (\n    Checkpoint,\n    NullCheckpoint\n)\n",
        ),
        (f"{FROM} Checkpoint as C\n", f"{FROM} Checkpoint as C, NullCheckpoint\n"),
        (f"{FROM} NullCheckpoint\n", f"{FROM} NullCheckpoint\n"),
        ("import earth2studio.run as run\nx = 1", f"import earth2studio.run as run\n{NEW}\nx = 1"),
        (
            "import torch\nfrom earth2studio.run import ensemble\nimport numpy",
            f"import torch\nfrom earth2studio.run import ensemble\n{NEW}\nimport numpy",
        ),
        (
            f"{FROM} (  # why\n    Checkpoint,\n)\n",
            f"{FROM} (  # why\n    Checkpoint,\n)\n{NEW}\n",
        ),
        ("import torch\n", None),
        ("import earth2studio.run as run; x = 1\n", None),
        ("from earth2studio.run import ensemble  # why\n", None),
        ("import earth2studio.run\nNullCheckpoint = None\n", None),
        ("import earth2studio.run\ndef f(NullCheckpoint): pass\n", None),
        ("import earth2studio.run\nfrom other import NullCheckpoint\n", None),
    ],
)
def test_a_name_is_imported_beside_what_is_imported_already(before: str, after: str | None) -> None:
    assert imported(before) == after
    if after is not None:
        compile(after, "a.py", "exec")
