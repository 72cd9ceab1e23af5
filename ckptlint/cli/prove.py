"""``ckptlint check --fix --prove``: fixes that running the program has proved, and no others.

With ``--diff`` in place of ``--fix`` they are shown, and nothing is written.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from ckptlint.cli.errors import CallError
from ckptlint.cli.verify import require_verifier
from ckptlint.cli.verify_targets import requests_of_settings
from ckptlint.engine.applying import can_be_applied
from ckptlint.engine.check import FixMode, check
from ckptlint.engine.process_start import processors
from ckptlint.engine.proof import FixProof, ProofVerdict
from ckptlint.engine.proof_store import ProofStore
from ckptlint.engine.result import FileDiff, sort_findings
from ckptlint.sources.document import read_document
from ckptlint.sources.writing import write_whole
from ckptlint.verify.options import VerifyOptions

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from ckptlint.cli.console import Console
    from ckptlint.engine.check import CheckRequest
    from ckptlint.engine.result import CheckResult, LocatedFinding
    from ckptlint.verify.proof import Prover
    from ckptlint.verify.target import Reference

_MOST_ROUNDS: Final = 4
_NOT_RUN: Final = FixProof(
    ProofVerdict.UNPROVEN, "only the fixes of Python files are proved, for only those are imported"
)

_ITSELF: Final = "CKP9"
_NO_BEHAVIOUR: Final = FixProof(
    ProofVerdict.UNPROVEN, "this fix changes nothing that runs; `--fix` alone applies it"
)

Key = tuple[str, str, str]


def prove_fixes(request: CheckRequest, options: Namespace, console: Console) -> CheckResult:
    """Check files, and fix what running them proves.

    Unsafe fixes are tried too. Nothing is written but what is proved, and that only with ``--fix``;
    else there is one round, for what a fix uncovers is not seen.

    Raises
    ------
    CallError
        If what verifying takes is not installed, or a device or a target is not there.
    """
    looking = request._replace(fix_mode=FixMode.NONE, use_cache=False)
    result = check(looking)
    run = _Proving(request, console)
    if not any(_can_be_proved(finding) for finding in result.findings):
        return run.joined(result)
    require_verifier()
    from ckptlint.verify.crew import LocalCrew
    from ckptlint.verify.supervision import start_server

    start_server()
    from ckptlint.verify.device import NoSuchDevice, choose_device
    from ckptlint.verify.proof import Prover

    jobs = options.jobs or processors()
    defaults = VerifyOptions()
    with (
        LocalCrew(defaults.limits, jobs) as crew,
        tempfile.TemporaryDirectory(prefix="ckptlint-prove-") as folder,
    ):
        try:
            device = choose_device(options.device or "auto", crew).name
        except NoSuchDevice as error:
            raise CallError(str(error)) from error
        threads = max(1, processors() // jobs)
        prover = Prover(run.runnable(), crew, device, folder, threads)
        for _ in range(_MOST_ROUNDS):
            if not run.round(result.findings, prover):
                break
            result = check(looking)
    return run.joined(result)


class _Proving:
    """What has been proved and written so far."""

    def __init__(self, request: CheckRequest, console: Console) -> None:
        self._targets = request.targets
        self._writes = request.fix_mode is FixMode.WRITE
        self._stores = _stores(request)
        self._console = console
        self._proofs: dict[Key, FixProof] = {}
        self._proved: list[LocatedFinding] = []
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}
        self._faults: list[str] = []

    def runnable(self) -> list[tuple[Reference, VerifyOptions]]:
        """Give all targets of the settings and of the files that are checked."""
        from ckptlint.verify.discovery import find_targets

        found: dict[str, tuple[Reference, VerifyOptions]] = {}
        for settings in {id(one.settings): one.settings for one in self._targets}.values():
            for target, chosen in requests_of_settings(settings):
                found[f"{target.path}::{target.name}"] = (target, chosen)
        for target in find_targets((one.path, one.settings) for one in self._targets).targets:
            found.setdefault(f"{target.path}::{target.name}", (target, VerifyOptions()))
        return [*found.values()]

    def round(self, findings: Sequence[LocatedFinding], prover: Prover) -> bool:
        """Prove what can be fixed now; tell whether any file was changed."""
        changed = False
        for path, here in _by_path(findings):
            if not path.endswith(".py"):
                self._remember((finding, _NOT_RUN) for finding in here)
                continue
            with open(path, "rb") as file:
                data = file.read()
            self._console.detail(f"Proving {len(here)} fixes of {path}")
            judged = prover.prove(path, data, here)
            self._remember(judged.proofs)
            if path in self._stores:
                proved = [finding._replace(proof=proof) for finding, proof in judged.proofs]
                self._stores[path].keep(path, data, judged.data, proved)
            if judged.data == data:
                continue
            if self._writes:
                try:
                    write_whole(path, judged.data)
                except OSError as error:
                    self._faults.append(f"cannot write {path}: {error.strerror or error}")
                    continue
                changed = True
                prover.forget(path)
            self._before.setdefault(path, data)
            self._after[path] = judged.data
            self._proved += [
                finding._replace(proof=proof)
                for finding, proof in judged.proofs
                if proof.verdict is ProofVerdict.PROVED
            ]
        return changed

    def joined(self, result: CheckResult) -> CheckResult:
        """Put what was proved beside what remains, and the proofs on what was not."""
        mended = {_key(finding) + finding.place.span for finding in self._proved}
        result.findings = [
            finding._replace(proof=self._proof_of(finding))
            for finding in result.findings
            if self._writes or _key(finding) + finding.place.span not in mended
        ]
        result.proved = sort_findings(self._proved)
        result.faults += self._faults
        problems = {store.problem for store in self._stores.values()} - {None}
        result.warnings += sorted(filter(None, problems))
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for finding in result.proved:
            counts[finding.place.path][finding.code] += 1
        result.fixed = dict(sorted(counts.items()))
        result.diffs = [
            FileDiff(
                path,
                read_document(path, self._before[path]).text,
                read_document(path, data).text,
                data,
            )
            for path, data in sorted(self._after.items())
        ]
        return result

    def _proof_of(self, finding: LocatedFinding) -> FixProof | None:
        if can_be_applied(finding) and not _can_be_proved(finding):
            return _NO_BEHAVIOUR
        return self._proofs.get(_key(finding))

    def _remember(self, proofs: Iterable[tuple[LocatedFinding, FixProof]]) -> None:
        for finding, proof in proofs:
            if proof.verdict is not ProofVerdict.PROVED:
                self._proofs.setdefault(_key(finding), proof)


def _stores(request: CheckRequest) -> dict[str, ProofStore]:
    """Give for each file where its proofs are kept; nothing where no cache is wanted."""
    if not request.use_cache:
        return {}
    by_folder = {
        folder: ProofStore(folder) for folder in {one.settings.cache_dir for one in request.targets}
    }
    return {one.name: by_folder[one.settings.cache_dir] for one in request.targets}


def _can_be_proved(finding: LocatedFinding) -> bool:
    """Tell whether running the program can say anything of a fix: not of a comment's."""
    return can_be_applied(finding) and not finding.code.startswith(_ITSELF)


def _by_path(
    findings: Sequence[LocatedFinding],
) -> Iterator[tuple[str, list[LocatedFinding]]]:
    """Give the findings that have a fix about restarts, file by file."""
    paths: defaultdict[str, list[LocatedFinding]] = defaultdict(list)
    for finding in findings:
        if _can_be_proved(finding):
            paths[finding.place.path].append(finding)
    yield from paths.items()


def _key(finding: LocatedFinding) -> Key:
    return finding.place.path, finding.code, finding.message
