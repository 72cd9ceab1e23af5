"""What ckptlint says of each fixture that can run, and what running it shows, in one table.

``python tests/verify/fixture_verdicts.py`` writes the table anew. The tests measure every fixture
of `rollouts` again and four of each other folder, or all with CKPTLINT_FIXTURES=all.
"""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from ckptlint.engine.check import CheckRequest, Target, check
from ckptlint.settings.settings import Settings
from ckptlint.verify.case import Limits
from ckptlint.verify.crew import Crew, LocalCrew
from ckptlint.verify.options import Request, VerifyOptions
from ckptlint.verify.reports.live import Silent
from ckptlint.verify.target import parse_target
from ckptlint.verify.verdict import Confirmation, TargetVerdict, Verdict
from ckptlint.verify.verifier import Verifier

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
TABLE = ROOT / "docs" / "fixture-verdicts.md"

_EVERY_STOP, _EVERY_KILL = (7, 24), (7, 8)
_WHOLE = {"rollouts", "ckp101", "ckp201"}
"""The folders whose models are restarted after every stop, and workflows killed at every write."""
_SOME_STOPS, _SOME_KILLS = (5, 3), (5, 4)
"""Steps, and how many stops at most; the first, the second and the last are always among them."""
_SHARED = FIXTURES / "rollouts"
_RESTARTS = ("exact-restart", "fresh-state", "hidden-state")
_JUDGES: dict[str, tuple[str, ...]] = {
    "ckp104": ("independent-iterators",),
    "ckp103": ("levels", "independent-iterators"),
    "ckp105": ("independent-iterators",),
}
"""The checks that judge the fixtures of a rule, where they are not `exact-restart` alone."""
_JUDGES_OF_WORKFLOWS: dict[str, tuple[str, ...]] = {
    "ckp301": ("no-op-flush",),
    "rollouts": ("no-op-flush",),
}
"""The same for fixtures that are workflows, where it is not `workflow-restart` alone."""
_MORE = ("independent-iterators", "levels", "isolation")
_WITH_WORKFLOWS = {
    "good_plain.py",
    "good_two_frames.py",
    "good_generator_state.py",
    "bad_any_run.py",
}
_REHEARSED = {"good_plain.py", "good_hooks.py", "good_latent_core.py", "bad_not_moved.py"}
"""The fixtures of `rollouts` that are rehearsed too; those of ``ckp107`` all are."""

_HEADER = """\
# What is said of the fixtures, and what is true of them

`make verdicts` wrote this table. The tests measure `rollouts` again, and two bad and two good ones
of each other folder (all with `CKPTLINT_FIXTURES=all`); they hold all of *static* to what is
reported now, and *text* to what the fixture holds now. *Static* is what `ckptlint` reports without
running anything. *Measured* is what `ckptlint verify` sees: the first check that
diverges, the first stop after which a restart is wrong (the number of the last saved boundary), the
first wrong step, and what is to blame; of a workflow, whether a flush that is called redundant
changed nothing. In a folder named for a rule only what that rule is about is asked and measured;
the models of `rollouts` are right, or wrong, in every respect. Restarts are tried after every one
of seven stops in `rollouts`, `ckp101` and `ckp201`, elsewhere after the first, the second and the
last of five; workflows are killed at every write there (at most eight), elsewhere at four of them.

| fixture | static | measured | stop | step | blame | text |
|---|---|---|--:|--:|---|---|
"""
_OF_EACH_KIND = 2


class Row(NamedTuple):
    """One line of the table."""

    fixture: str
    static: str
    measured: str
    stop: str
    step: str
    blame: str
    text: str

    def __str__(self) -> str:
        return f"| {' | '.join(self)} |\n"


def runnable() -> list[Path]:
    """Give the fixtures that define `build()` or `run(path)`, relative to their folder."""
    found = []
    for path in sorted(FIXTURES.glob("*/*.py")):
        if path.parent.name == "earth2studio":
            continue
        text = path.read_text("utf-8")
        if "\ndef build()" in text or "\ndef run(path)" in text:
            found.append(path.relative_to(FIXTURES))
    return found


def checks_of(fixture: Path) -> tuple[str, ...]:
    """Name the checks that judge a fixture."""
    if fixture.parent.name != "rollouts":
        return _JUDGES.get(fixture.parent.name, _RESTARTS[:1])
    workflows = ("members",) if fixture.name in _WITH_WORKFLOWS else ()
    return (*_RESTARTS, *_MORE, *workflows)


def checks_of_workflow(fixture: Path) -> tuple[str, ...]:
    """Name the checks that judge a fixture that is a workflow."""
    return _JUDGES_OF_WORKFLOWS.get(fixture.parent.name, ("workflow-restart",))


def measure(fixture: Path, crew: Crew) -> list[TargetVerdict]:
    """Run a fixture on the CPU, and rehearse it where that is part of what it shows."""
    path = FIXTURES / fixture
    is_workflow = "\ndef run(path)" in path.read_text("utf-8")
    name = "run" if is_workflow else "build"
    target = parse_target(f"{path}::{name}", str(ROOT))._replace(folders=(str(_SHARED),))
    checks = checks_of_workflow(fixture) if is_workflow else checks_of(fixture)
    if fixture.parent.name in _WHOLE:
        steps, stops = _EVERY_KILL if is_workflow else _EVERY_STOP
    else:
        steps, stops = _SOME_KILLS if is_workflow else _SOME_STOPS
    options = VerifyOptions(checks, device="cpu", steps=steps, stops=stops, jobs=1)
    requests = [Request(target, options)]
    if fixture.parent.name == "ckp107" or (
        fixture.parent.name == "rollouts" and fixture.name in _REHEARSED
    ):
        requests.append(Request(target, VerifyOptions(device="rehearse", jobs=1)))
    return [*Verifier(crew, Silent(), findings_of).verify(requests).targets]


def findings_of(paths: list[str] | tuple[str, ...]) -> list[object]:
    """Give the static findings of files, with the default settings."""
    settings = Settings(root=str(FIXTURES), src=(str(_SHARED),), environment=None)
    targets = [Target(path, settings, is_explicit=True) for path in paths]
    return check(CheckRequest(targets)).findings


def row_of(fixture: Path, verdicts: list[TargetVerdict]) -> Row:
    """Put the static and the measured verdict side by side."""
    wrong = [
        one for verdict in verdicts for one in verdict.checks if one.verdict is Verdict.DIVERGES
    ]
    open_questions = [
        one
        for verdict in verdicts
        for one in verdict.checks
        if one.verdict is Verdict.UNPROVEN and not wrong
    ]
    redundant = [
        str(finding.line)
        for verdict in verdicts
        for finding in verdict.findings
        if finding.code == "CKP301" and finding.confirmation is Confirmation.CONFIRMED
    ]
    name, words, text = fixture.as_posix(), static_of(fixture), digest_of(fixture)
    if wrong:
        first = wrong[0]
        numbers = ["" if one is None else str(one) for one in (first.stop, first.first_step)]
        return Row(name, words, first.name, *numbers, _cell(first.blame), text)
    if redundant:
        return Row(name, words, "no-op-flush", "", "", f"line {', '.join(redundant)}", text)
    if open_questions:
        return Row(name, words, "unproven", "", "", _cell(open_questions[0].reason), text)
    notes = [note for verdict in verdicts if not verdict.checks for note in verdict.notes]
    if notes:
        return Row(name, words, "unproven", "", "", _cell(notes[0]), text)
    assert all(verdict.verdict is Verdict.EXACT for verdict in verdicts), verdicts
    return Row(name, words, "exact", "", "", "", text)


def static_of(fixture: Path) -> str:
    """Name the rules that report a fixture: its folder's own, or any where it has none."""
    about = fixture.parent.name.upper()
    found = dict.fromkeys(
        finding.code
        for finding in findings_of([str(FIXTURES / fixture)])
        if not about.startswith("CKP") or finding.code == about
    )
    return ", ".join(found) or "-"


def digest_of(fixture: Path) -> str:
    """Give what tells that a fixture has changed since it was measured."""
    return hashlib.blake2b((FIXTURES / fixture).read_bytes(), digest_size=4).hexdigest()


def sample() -> list[Path]:
    """Choose the fixtures that are measured by the tests: all of `rollouts`, some of each rule."""
    kinds: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for fixture in runnable():
        kinds[fixture.parent.name, fixture.name.partition("_")[0]].append(fixture)
    chosen: list[Path] = []
    for (folder, _), members in kinds.items():
        step = 1 if folder == "rollouts" else -(-len(members) // _OF_EACH_KIND)
        chosen += members[::step]
    return sorted(chosen)


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


def committed() -> dict[str, str]:
    """Give the lines of the table by their fixture."""
    lines = TABLE.read_text("utf-8").splitlines(keepends=True)
    rows = [line for line in lines if line.startswith("| ") and "/" in line.split(" | ")[0]]
    return {line.split(" | ")[0].lstrip("| "): line for line in rows}


def main(names: list[str]) -> None:
    """Measure every fixture, or those whose path holds one of some names, and write the table.

    With ``--missing`` those are measured that have no line. Each line is written as it is measured,
    so what a run that is ended has measured is kept.
    """
    lines = committed() if names else {}
    if names == ["--missing"]:
        names = [fixture.as_posix() for fixture in runnable() if fixture.as_posix() not in lines]
        if not names:
            return
    with LocalCrew(Limits(seconds=120), 2) as crew:
        for fixture in runnable():
            if not names or any(name in fixture.as_posix() for name in names):
                lines[fixture.as_posix()] = str(row_of(fixture, measure(fixture, crew)))
                print(lines[fixture.as_posix()], end="", file=sys.stderr)
                TABLE.write_text(_HEADER + "".join(lines[name] for name in sorted(lines)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
