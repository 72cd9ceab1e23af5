"""What the checkpoint API has had and lost, by release.

The API came with Earth2Studio 0.16.0 and has kept its names, parameters and call forms since, up to
0.19.0; compared in the wheels of 0.15.0 to 0.19.0. What is listed here is of its drafts, which were
shared as branches, examples and skills before 0.16.0 and are in no release.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ckptlint.program import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_RELEASE: Final = "0.16.0"
"""The first release that has the checkpoint API."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the API has no longer.

    Parameters
    ----------
    since : str
        The first release without it.
    use : str
        What to write instead, for a message.
    renamed : str or None
        What the name alone has become, where nothing else has changed.
    """

    since: str
    use: str
    renamed: str | None = None


_MODULE: Final = facts.CHECKPOINT.rpartition(".")[0]
_SESSION: Final = "the `write` of a `Checkpoint` session"
_LOADING: Final = "`with checkpoint`, which restores what its components have bound"
_RANDOM: Final = "a field of the bound state that holds `generator.get_state()`"
_RUN: Final = "`checkpoint=Checkpoint(...)`"


def _of_drafts(use: str, renamed: str | None = None) -> Change:
    return Change(FIRST_RELEASE, use, renamed)


NAMES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        f"{_MODULE}.{name}": change
        for name, change in {
            "CheckpointStatePolicy": _of_drafts("`CheckpointLevel`", "CheckpointLevel"),
            "NullCheckpointSession": _of_drafts("`NullCheckpoint`", "NullCheckpoint"),
            "NO_CHECKPOINT": _of_drafts("`NullCheckpoint()`", "NullCheckpoint()"),
            "save_checkpoint": _of_drafts(_SESSION),
            "load_checkpoint": _of_drafts(_LOADING),
            "should_checkpoint": _of_drafts("`Checkpoint(flush_interval=...)`"),
            "validate_checkpoint_compatibility": _of_drafts(_LOADING),
            "default_restart_path": _of_drafts("`default_checkpoint_path`"),
            "open_restart_io": _of_drafts("`Checkpoint(name, path=...)`"),
            "init_restart": _of_drafts("`Checkpoint(name, path=...)`"),
            "save_restart": _of_drafts(_SESSION),
            "load_restart": _of_drafts(_LOADING),
            "get_last_step": _of_drafts("the session's `write_count`"),
            "validate_restart_compatibility": _of_drafts(_LOADING),
            "capture_rng_state": _of_drafts(_RANDOM),
            "restore_rng_state": _of_drafts(_RANDOM),
        }.items()
    }
)
"""Names that cannot be imported any more."""

WORKFLOWS: Final = tuple(
    f"earth2studio.run.{name}" for name in ("deterministic", "diagnostic", "ensemble")
)
"""The built-in workflows."""

KEYWORDS: Final[Mapping[str, Mapping[str, Change]]] = MappingProxyType(
    {
        facts.CHECKPOINT: {
            "state_policy": _of_drafts("`level=`"),
            "keep_last": _of_drafts("`history_size=`", "history_size"),
        },
        **dict.fromkeys(
            WORKFLOWS,
            dict.fromkeys(
                (
                    "checkpoint_interval", "checkpoint_path", "restart_interval", "restart_io",
                    "resume_from_step",
                ),
                _of_drafts(_RUN),
            ),
        ),
    }
)  # fmt: skip
"""Keywords that a call does not take any more, by what is called."""

STATE_POLICY: Final = _of_drafts("`level`", "level")
"""The attribute ``state_policy`` of a Checkpoint."""

CHECKPOINT_STATE_POLICY: Final = _of_drafts("`checkpoint_level`", "checkpoint_level")
"""The attribute ``checkpoint_state_policy`` of a bound state."""

POSITIONAL_METADATA: Final = ("lead_time", "artifacts")
"""What `write` and `flush` of a session once took by position; they take keywords alone."""

SELECTED_BY_ROW: Final = FIRST_RELEASE
"""Since when `Checkpoint.select` takes a row and nothing else."""

METADATA_BY_KEYWORD: Final = FIRST_RELEASE
"""Since when each keyword of `write` and `flush` is a key of its own, ``artifacts`` too."""

LEVELS: Final[Mapping[object, int]] = MappingProxyType(
    {
        "minimal": 0, "state": 1, "workflow": 1, "replay": 1, "full": 2, "rollout": 2, "direct": 2,
    }
)  # fmt: skip
"""The state policies of the drafts, and the levels that come closest to them."""
