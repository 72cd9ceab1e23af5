"""Why a restart is wrong: the saved state, the first boundary, or what was not saved at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.verify import restarting
from ckptlint.verify.case import Case
from ckptlint.verify.starting import started_on_restored_state
from ckptlint.verify.state.freshness import Age
from ckptlint.verify.state.planting import Moment, Planting, can_be_planted
from ckptlint.verify.state.spots import Root, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.verify.restarting import Restarted, Suspect
    from ckptlint.verify.state.freshness import Freshness
    from ckptlint.verify.state.spots import Spot
    from ckptlint.verify.subject import Subject

_MOST_TRIALS = 6


class Diagnosis(NamedTuple):
    """Why the restart after one stop is wrong.

    Parameters
    ----------
    blame : str or None
        What is to blame.
    reason : str
        A sentence, without a final stop.
    codes : tuple[str, ...]
        The rules whose mistake it is.
    is_hidden_state : bool
        Whether something that a step uses was not saved, or not brought back.
    is_stale : bool
        Whether the saved state is not the boundary at which it was saved.
    """

    blame: str | None
    reason: str
    codes: tuple[str, ...] = ()
    is_hidden_state: bool = False
    is_stale: bool = False


def diagnose(subject: Subject, restarted: Restarted) -> Diagnosis:
    """Tell why a restart that is not exact is wrong."""
    stop = restarted.curve.stop
    stale = what_is_stale(subject, stop)
    if stale is not None:
        reason = stale.reason if restarted.error is None else f"{stale.reason}; {restarted.error}"
        return stale._replace(reason=reason)
    if restarted.error is not None:
        codes = _codes_of_error(restarted.error)
        return Diagnosis(None, f"the restart raised {restarted.error}", codes)
    return _wrong_lead(subject, restarted) or _hidden_state(subject, restarted)


def _codes_of_error(error: str) -> tuple[str, ...]:
    """Name the rules whose mistake a restart raises for: what came back is not what was saved."""
    if "FrozenInstanceError" in error:
        return ("CKP403",)
    is_other_type = re.search(r"'(dict|float|int|str|tuple)' object has no attribute", error)
    return ("CKP402",) if is_other_type else ()


def what_is_stale(subject: Subject, stop: int) -> Diagnosis | None:
    """Tell what is wrong with the state that was saved at a stop; None where nothing is seen."""
    freshness = subject.recorded.freshness[stop]
    position = subject.recorded.yields[stop]
    where = f"the yield at {position.words}" if position is not None else f"step {stop}"
    match freshness.age:
        case Age.EMPTY:
            return Diagnosis(
                f"no save before {where}",
                f"nothing has been saved when step {stop} is yielded",
                ("CKP201",),
                is_stale=True,
            )
        case Age.STALE if freshness.part == "coordinates":
            return Diagnosis(
                f"the coordinates saved before {where}",
                f"at step {stop} the saved coordinates are those of step {freshness.step}",
                ("CKP106",),
                is_stale=True,
            )
        case Age.STALE | Age.UNCHANGED:
            late = _saves_after_the_yield(subject.recorded.freshness)
            return Diagnosis(
                f"the save after {where}" if late else f"no save before {where}",
                f"at step {stop} the saved state is that of step {freshness.step}",
                ("CKP201",),
                is_stale=True,
            )
    return None


def _saves_after_the_yield(freshness: Sequence[Freshness]) -> bool:
    """Tell whether every state but the first is that of the step before."""
    return len(freshness) > 2 and all(
        one.age is Age.STALE and one.step == step - 1
        for step, one in enumerate(freshness)
        if step > 0
    )


def _wrong_lead(subject: Subject, restarted: Restarted) -> Diagnosis | None:
    """Explain a restart whose first boundary is not the one that is due."""
    leads = subject.recorded.leads
    stop = restarted.curve.stop
    due, got = leads[stop + 1], restarted.first_lead
    first = restarted.curve.differences[0]
    if got == due and (first.variable or "").startswith("dimensions"):
        return Diagnosis(
            "the restored coordinates",
            f"the restart goes on with the {first.variable}, in another order",
            ("CKP402",),
        )
    if got == due:
        return None
    if restarted.repeats:
        return Diagnosis(
            "the first yield after the restore",
            f"the restored boundary of step {stop} is yielded again",
            ("CKP102",),
        )
    if got is None:
        return Diagnosis(None, "the restart yields nothing")
    if got == leads[0]:
        return Diagnosis(
            "no restore before the first yield",
            "the restart begins at the initial condition",
            ("CKP108",),
        )
    if due is not None and got > due:
        return Diagnosis(
            "the boundary that is dropped after the restore",
            f"the restart goes on at {got:g} h, so that a forecast step is lost",
            ("CKP101",),
        )
    return Diagnosis(
        "the restored coordinates",
        f"the restart goes on at {got:g} h where {due if due is None else f'{due:g}'} h is due",
        ("CKP106",),
    )


def _hidden_state(subject: Subject, restarted: Restarted) -> Diagnosis:
    """Find what the restart did not bring back, by putting it in its place and trying again."""
    suspects = sorted(restarted.suspects, key=_rank)
    stop = restarted.curve.stop
    proved = _planted(subject, stop, [one for one in suspects if can_be_planted(one.spot)])
    if proved is not None:
        blamed, moment = proved
        names = " and ".join(describe(one.spot, one.content) for one in blamed)
        reason = f"with {names} as before the stop, the restart is exact"
        if moment is Moment.STEP:
            reason = f"the start of the rollout sets {names} anew; {reason}"
        return Diagnosis(
            names, reason, _codes(subject, stop, blamed[0], moment), is_hidden_state=True
        )
    if subject.recorded.freshness[stop].shares_memory:
        return Diagnosis(
            "the saved state, which shares the memory of what is yielded",
            f"what is saved at step {stop} is changed with what is yielded there",
            ("CKP204",),
            is_stale=True,
        )
    changed = [one for one in suspects if one.changes and not one.is_saved]
    if changed:
        first = changed[0]
        name = describe(first.spot, first.content)
        reason = f"a step changes {name}, and the restart does not bring it back"
        return Diagnosis(name, reason, _codes(subject, stop, first, None), is_hidden_state=True)
    if subject.recorded.freshness[stop].part == "coordinates":
        return Diagnosis(
            "the saved x",
            f"the x saved at step {stop} is not the x that is yielded there",
            ("CKP202",),
            is_stale=True,
        )
    started = _started_again(subject, stop)
    if started is not None:
        return started
    return Diagnosis(None, "the restart computes something else, from no state that is seen")


def _started_again(subject: Subject, stop: int) -> Diagnosis | None:
    """Find a rollout of another class that the restart starts on the restored state."""
    case = Case(started_on_restored_state, (subject.restart_plan(stop), subject.root, stop))
    outcome = subject.run_one(case)
    if outcome.failure is not None:
        return None
    for started in reversed(outcome.value):
        own, drawing = (name.rpartition(".")[0] for name in started)
        if own != drawing:
            return Diagnosis(
                f"the start of `{started.function}`",
                f"the restart starts `{started.function}` on the restored state",
                ("CKP101",),
            )
    return None


def _rank(suspect: Suspect) -> tuple[object, ...]:
    content = suspect.content
    return (
        not suspect.changes,
        suspect.is_saved,
        content.is_array,
        suspect.spot.root is Root.RANDOM,
        len(suspect.spot.path),
        suspect.spot.words,
    )


def _planted(
    subject: Subject, stop: int, suspects: Sequence[Suspect]
) -> tuple[tuple[Suspect, ...], Moment] | None:
    """Find the suspect, or else all of them, with which in its place the restart is exact."""
    tried = suspects[:_MOST_TRIALS]
    if not tried:
        return None
    spots = tuple(one.spot for one in tried)
    outcome = subject.run_one(Case(restarting.take_values, (subject.plan, stop, spots)))
    values: dict[Spot, tuple[Spot, bytes]] = {} if outcome.failure else outcome.value
    groups: list[tuple[Suspect, ...]] = [(one,) for one in tried if one.spot in values]
    if len(groups) > 1:
        groups.append(tuple(one for group in groups for one in group))
    for moment in Moment:
        for group in groups:
            planting = Planting(tuple(values[one.spot] for one in group), moment)
            if subject.restart([stop], planting=planting)[0].is_exact:
                return group, moment
    return None


def _codes(subject: Subject, stop: int, suspect: Suspect, moment: Moment | None) -> tuple[str, ...]:
    """Name the rules: whatever was not saved, and the start of another class's rollout."""
    kind = "CKP407" if suspect.content.is_random_generator else "CKP406"
    if moment is Moment.START:
        return (kind,)
    started = _started_again(subject, stop)
    return (kind,) if started is None else (*started.codes, kind)
