"""Which rollouts a restart starts on restored state: generators handed a restored tensor."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from ckptlint.verify.loading import user_modules
from ckptlint.verify.recording import Folders
from ckptlint.verify.restarting import copy_of_rows
from ckptlint.verify.rollout import boundaries, saved_run
from ckptlint.verify.state.fingerprint import array_digest, fields_of

if TYPE_CHECKING:
    from types import FrameType

    from ckptlint.verify.plan import Plan

_OTHER_FIELDS = 5


class Started(NamedTuple):
    """A generator that was started on restored state: its function, and who draws from it."""

    function: str
    drawn_by: str


def started_on_restored_state(plan: Plan, root: str, stop: int) -> tuple[Started, ...]:
    """Restart after a stop, and name the generators that are handed a restored tensor.

    Parameters
    ----------
    plan : Plan
        How the target is run. Its initial condition is another than the recording's, so that it
        cannot be taken for what was restored.
    root : str
        The folder of the recorded rollout.
    stop : int
        The number of the last boundary before the stop.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        saved_run(plan, copy_of_rows(Folders(root).store, Path(folder)), row=stop) as run,
    ):
        assert run.session is not None
        restored = {
            array_digest(value)
            for state in run.session.bound_states.values()
            for _, value in fields_of(state)
            if isinstance(value, torch.Tensor)
        }
        watch = _Watch(restored, {str(module.__file__) for module in user_modules()})
        iterator = run.start(_OTHER_FIELDS if plan.initial_condition is None else None)
        sys.setprofile(watch)
        try:
            next(boundaries(iterator, 1), None)
        finally:
            sys.setprofile(None)
        return tuple(watch.started.values())


class _Watch:
    """Sees each generator of the user's when it is first resumed."""

    def __init__(self, restored: set[str], files: set[str]) -> None:
        self.started: dict[Any, Started] = {}
        self._restored = restored
        self._files = {os.path.realpath(file) for file in files}
        self._seen: set[Any] = set()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_flags & inspect.CO_GENERATOR or code in self._seen:
            return
        self._seen.add(code)
        if os.path.realpath(code.co_filename) not in self._files:
            return
        names = code.co_varnames[: code.co_argcount]
        values = [frame.f_locals.get(name) for name in names]
        if any(isinstance(one, torch.Tensor) and self._is_restored(one) for one in values):
            caller = frame.f_back
            drawn_by = caller.f_code.co_qualname if caller is not None else ""
            self.started[code] = Started(code.co_qualname, drawn_by)

    def _is_restored(self, value: torch.Tensor) -> bool:
        return array_digest(value) in self._restored
