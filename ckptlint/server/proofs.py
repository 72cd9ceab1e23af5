"""Proofs of fixes: which there are for a text, and how the saved file's are made."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from ckptlint.engine.applying import can_be_applied
from ckptlint.engine.confirmations import ConfirmationStore, KeptConfirmation
from ckptlint.engine.proof import why_nothing_runs
from ckptlint.engine.proof_store import KeptProof, ProofStore
from ckptlint.reports.proof_page import proof_page
from ckptlint.sources.source import SourceKind

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable

    from ckptlint.engine.result import LocatedFinding
    from ckptlint.server.inspection import Checked

_ITSELF: Final = "CKP9"
_PATIENCE: Final = 5.0
"""How long a run that is to end may take for that: seconds."""


def kept_proofs(checked: Checked) -> tuple[KeptProof, ...]:
    """Give the proofs that hold for a document's text as it is."""
    document = checked.document
    if document.kind is not SourceKind.PYTHON:
        return ()
    return ProofStore(checked.settings.cache_dir).kept(document.path, document.data)


def kept_confirmations(checked: Checked) -> tuple[KeptConfirmation, ...]:
    """Give what runs of ``ckptlint verify`` said of findings in a document's text as it is."""
    document = checked.document
    if document.kind is not SourceKind.PYTHON:
        return ()
    return ConfirmationStore(checked.settings.cache_dir).kept(document.path, document.data)


def can_be_proved(finding: LocatedFinding) -> bool:
    """Tell whether a run could say anything of the finding's fix: not of a comment's."""
    return can_be_applied(finding) and not finding.code.startswith(_ITSELF)


def why_not_provable(checked: Checked) -> str | None:
    """Say why the fixes of a document cannot be proved now; None if they can be."""
    document = checked.document
    if document.kind is not SourceKind.PYTHON:
        return "only the fixes of Python files are proved, for only those are imported"
    try:
        with open(document.path, "rb") as file:
            is_saved = file.read() == document.data
    except OSError:
        is_saved = False
    return why_nothing_runs() if is_saved else "the saved file is run: save this one first"


def page_of_proof(checked: Checked, kept: KeptProof) -> str:
    """Write the page of a proof, and give its path.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    finding, document = kept.finding, checked.document
    line, column = finding.place.span.start
    name = f"{finding.code}-{line}-{column}{'-applied' if kept.is_applied else ''}"
    store = ProofStore(checked.settings.cache_dir)
    return store.page(document.path, document.data, name, proof_page(kept))


class ProofRun:
    """One run of ``ckptlint check --diff --prove`` in a process of its own; no file is changed.

    Parameters
    ----------
    checked : Checked
        The document whose file is run.
    code : str
        The rule whose fixes are proved.

    Attributes
    ----------
    is_stopped : bool
        Whether it was told to stop.
    """

    def __init__(self, checked: Checked, code: str) -> None:
        self._folder = checked.settings.root
        self._arguments = (
            *("check", "--diff", "--prove", "--verbose", "--no-baseline"),
            *("--select", code),
            *("--cache-dir", checked.settings.cache_dir),
            checked.document.path,
        )
        self._process: Process | None = None
        self.is_stopped = False

    async def run(self, tell: Callable[[str], None]) -> str:
        """Run it to its end, and give what it said on standard error.

        Parameters
        ----------
        tell : callable
            Called with each line as it is said.
        """
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "ckptlint.server.proof_process", *self._arguments),
            cwd=self._folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stderr is not None
        said: list[str] = []
        try:
            while line := await process.stderr.readline():
                said.append(line.decode("utf-8", "replace").rstrip())
                tell(said[-1])
        finally:
            self._end(process)
        await process.wait()
        return "\n".join(said)

    def stop(self) -> None:
        """Have it end, with all that it has started."""
        self.is_stopped = True
        if self._process is not None:
            self._end(self._process)

    def _end(self, process: Process) -> None:
        if process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        asyncio.get_running_loop().call_later(_PATIENCE, _kill, process)


def _kill(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
