"""Restarts verified from Python, as from a test; importing this imports neither torch nor rules."""

from __future__ import annotations

import functools
import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ckptlint.verify.options import VerifyOptions
    from ckptlint.verify.target import Reference
    from ckptlint.verify.verdict import TargetVerdict

DEFAULT_CHECKS: Final = ("exact-restart", "fresh-state", "hidden-state")
_NEEDED: Final = ("torch", "earth2studio")


class CannotVerify(RuntimeError):  # noqa: N818 - it says what is the matter
    """Restarts cannot be verified here: there is no such device, or no process can be forked."""


def verify_restart(
    build: Callable[[], object] | str,
    *,
    steps: int | None = None,
    device: str = "auto",
    checks: Sequence[str] | str = DEFAULT_CHECKS,
    stops: int = 24,
    members: int = 3,
    tolerance: float = 0.0,
    initial_condition: Callable[[], object] | str | None = None,
    jobs: int | None = None,
    timeout: float = 300.0,
) -> TargetVerdict:
    """Stop a rollout after its steps, restart it in fresh processes, and compare bit for bit.

    The model is made anew in each process. Nothing is printed.

    Parameters
    ----------
    build : callable or str
        What gives the model: a class or a function without required arguments, or its name as
        ``file.py::name`` or ``package.module:name``. A lambda, a closure and a class inside a
        function are taken along to the other processes, with what they refer to.
    steps : int, optional
        How many steps a rollout takes; by default 12, or as many as two cycles of sub-steps take.
    device : str
        ``auto`` (CUDA if there is any), ``cpu``, ``cuda``, ``cuda:N``, or ``rehearse``: tensors
        that only claim to be on an accelerator.
    checks : sequence of str, or str
        The checks to run, as ``ckptlint verify --checks`` names them; in a text they are divided
        by commas.
    stops : int
        After how many stops at most the rollout is restarted.
    members : int
        How many members an ensemble has.
    tolerance : float
        The largest difference in value that is accepted; by default every bit must agree.
    initial_condition : callable or str, optional
        What gives (x, coords), named as `build` is; by default random fields on
        ``input_coords()``.
    jobs : int, optional
        How many processes run at a time; by default one for each processor, and one alone in a
        worker of pytest-xdist.
    timeout : float
        The time limit of each process, in seconds.

    Returns
    -------
    TargetVerdict
        What was found; its `verdict` is ``exact``, ``diverges`` or ``unproven``. A model that
        cannot be made or rolled out is unproven, and `notes` tell why.

    Raises
    ------
    ValueError
        If an argument is none of those that it can be.
    ImportError
        If torch or Earth2Studio is missing.
    CannotVerify
        If there is no such device, or this system cannot fork.
    """
    _require_packages()
    from ckptlint.verify.case import Limits
    from ckptlint.verify.options import VerifyOptions
    from ckptlint.verify.supervision import CannotStart, start_server

    target = _reference(build)
    condition = None if initial_condition is None else _reference(initial_condition)
    for name, least, value in (
        ("steps", 1, steps),
        ("stops", 1, stops),
        ("members", 1, members),
        ("tolerance", 0, tolerance),
        ("jobs", 1, jobs),
        ("timeout", 0, timeout),
    ):
        if value is not None and not least <= value < float("inf"):
            raise ValueError(f"{name}={value!r}: it is a number from {least} on")
    try:
        # While the server of child processes imports torch and Earth2Studio, so does this process.
        start_server()
    except CannotStart as error:
        raise CannotVerify(str(error)) from error
    options = VerifyOptions(
        checks=_known_checks(checks),
        device=_known_device(device),
        steps=steps,
        stops=stops,
        members=members,
        tolerance=tolerance,
        jobs=jobs,
        limits=Limits(seconds=timeout),
        initial_condition=condition,
    )
    return _verify(target, options)


def _verify(target: Reference, options: VerifyOptions) -> TargetVerdict:
    from ckptlint.verify.crew import LocalCrew
    from ckptlint.verify.device import NoSuchDevice
    from ckptlint.verify.options import Request
    from ckptlint.verify.reports.live import Silent
    from ckptlint.verify.verifier import Verifier

    try:
        with LocalCrew(options.limits, options.jobs or _usual_jobs()) as crew:
            result = Verifier(crew, Silent()).verify([Request(target, options)])
    except NoSuchDevice as error:
        raise CannotVerify(str(error)) from error
    return result.targets[0]


def _usual_jobs() -> int:
    from ckptlint.engine.process_start import processors

    return 1 if "PYTEST_XDIST_WORKER" in os.environ else processors()


def _require_packages() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ImportError(
            f"verifying takes {' and '.join(missing)}, which cannot be imported by "
            f"{sys.executable}; install them with `pip install 'ckptlint[verify]'`"
        )


def _reference(build: Callable[[], object] | str) -> Reference:
    """Refer to what gives a model or an initial condition.

    Raises
    ------
    UnknownTarget
        If it has no such name, cannot be called, or cannot be taken to another process.
    """
    from ckptlint.verify.carrying import with_modules
    from ckptlint.verify.target import UnknownTarget, parse_target, reference_to

    if isinstance(build, str):
        return parse_target(build, os.getcwd())
    if not callable(build) or (not isinstance(build, type) and hasattr(build, "input_coords")):
        raise UnknownTarget(
            f"each process makes a model of its own: a {type(build).__name__} is neither a class "
            "nor a function that makes it"
        )
    reference = with_modules(reference_to(build))
    if isinstance(build, functools.partial):
        return reference._replace(label=f"{build.func.__module__}:{build.func.__qualname__}")
    return reference


def _known_checks(checks: Sequence[str] | str) -> tuple[str, ...]:
    from ckptlint.settings.suggestion import did_you_mean
    from ckptlint.verify.verifier import MODEL_CHECKS

    given = checks.split(",") if isinstance(checks, str) else checks
    names = tuple(name.strip() for name in given)
    for name in names:
        if name not in MODEL_CHECKS:
            hint = did_you_mean(name, MODEL_CHECKS) or f"; there are {', '.join(MODEL_CHECKS)}"
            raise ValueError(f"unknown check `{name}`{hint}")
    if not names:
        raise ValueError("`checks` names no check")
    return names


def _known_device(device: str) -> str:
    from ckptlint.settings.device_names import DEVICE_NAMES, is_device

    if not is_device(device):
        raise ValueError(f"unknown device `{device}`; it is one of {DEVICE_NAMES}")
    return device
