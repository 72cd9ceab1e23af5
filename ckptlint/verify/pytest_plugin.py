"""The pytest plugin: restarts verified by a marker or by a fixture.

pytest imports this at each start, so it imports nothing else of ckptlint before it is needed.
"""

from __future__ import annotations

import argparse
import functools
import inspect
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ckptlint.verify.verdict import TargetVerdict

_MARKER: Final = "exact_restart"
_OPTION: Final = "--restart-device"
_WIDTH: Final = 100


class ExactRestart(Protocol):
    """What the fixture `exact_restart` gives."""

    def __call__(
        self,
        build: Callable[[], object] | str,
        *,
        steps: int | None = ...,
        device: str = ...,
        checks: Sequence[str] | str = ...,
        stops: int = ...,
        members: int = ...,
        tolerance: float = ...,
        initial_condition: Callable[[], object] | str | None = ...,
        jobs: int | None = ...,
        timeout: float = ...,
    ) -> TargetVerdict:
        """Verify a restart as `ckptlint.verify.verify_restart` does; fail if it is not exact."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option for the device."""
    parser.getgroup("ckptlint", "restarts verified by ckptlint").addoption(
        _OPTION,
        metavar="DEVICE",
        type=_device,
        default="auto",
        help="Where restarts are verified whose test does not say it: auto (CUDA if there is any), "
        "cpu, cuda, cuda:N, or rehearse",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(steps, device, checks, stops, members, tolerance, initial_condition, jobs, "
        "timeout): the model that this test returns restarts exactly; all arguments are optional, "
        "by keyword (ckptlint)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a marker that means nothing, before any fixture is set up."""
    if item.get_closest_marker(_MARKER) is None:
        return
    _keywords(item)
    if not isinstance(item, pytest.Function) or _is_of_unittest(item):
        _refuse("it is for test functions, and for methods of classes that are no `TestCase`")
    fixtures = [name for name in _required(item) if name not in _parameters(item)]
    if fixtures:
        _refuse_fixtures(fixtures)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Verify the restart of what a marked test returns, instead of calling it here."""
    if pyfuncitem.get_closest_marker(_MARKER) is None:
        return None
    required, parameters = _required(pyfuncitem), _parameters(pyfuncitem)
    # An indirect parameter is what a fixture makes of it.
    fixtures = [name for name in required if pyfuncitem.funcargs[name] is not parameters[name]]
    if fixtures:
        _refuse_fixtures(fixtures)
    build: Callable[[], object] = pyfuncitem.obj
    if required:
        build = functools.partial(build, **{name: parameters[name] for name in required})
    _verify(pyfuncitem.config, build, pyfuncitem.nodeid, _keywords(pyfuncitem))
    return True


@pytest.fixture(scope="session")
def exact_restart(pytestconfig: pytest.Config) -> ExactRestart:
    """Fail the test unless a restart is exact: ``exact_restart(build, steps=20)``.

    It takes what `ckptlint.verify.verify_restart` takes and returns the TargetVerdict. The file of
    a ``file.py::name`` is relative to pytest's root folder.
    """

    def verify(build: Callable[[], object] | str, **keywords: Any) -> TargetVerdict:
        if not isinstance(build, str):
            return _verify(pytestconfig, build, None, keywords)
        file, colons, name = build.partition("::")
        path = f"{pytestconfig.rootpath / file}{colons}{name}" if colons else build
        return _verify(pytestconfig, path, build, keywords)

    return verify


def _verify(
    config: pytest.Config,
    build: Callable[[], object] | str,
    label: str | None,
    keywords: dict[str, Any],
) -> TargetVerdict:
    """Verify a restart, and fail with the report if it is not exact."""
    __tracebackhide__ = True
    from ckptlint.verify.api import CannotVerify, verify_restart

    found, problem = None, ""
    try:
        found = verify_restart(build, **{"device": config.getoption(_OPTION), **keywords})
    except (CannotVerify, ImportError, ValueError) as error:
        problem = str(error)
    if found is None:  # it fails here, so that the report is no second exception's
        pytest.fail(f"the restart cannot be verified: {problem}", pytrace=False)
    if label is not None:
        found = found._replace(target=label)
    if found.verdict != "exact":
        pytest.fail(_report(found, str(config.rootpath)), pytrace=False)
    return found


def _report(found: TargetVerdict, root: str) -> str:
    from ckptlint import __version__
    from ckptlint.reports.options import ReportOptions
    from ckptlint.verify.reports.full import render
    from ckptlint.verify.verdict import VerifyResult

    width = shutil.get_terminal_size((_WIDTH, 0)).columns
    report = render(VerifyResult((found,)), ReportOptions(root, __version__, width=width))
    target, _, _ = report.rpartition("\n\n")  # the last paragraph counts targets
    return target


def _keywords(item: pytest.Item) -> dict[str, Any]:
    """Join the keywords of a test's markers; the closest one wins."""
    known = inspect.getfullargspec(ExactRestart.__call__).kwonlyargs
    joined: dict[str, Any] = {}
    for marker in item.iter_markers(_MARKER):
        if marker.args:
            _refuse("its arguments are given by keyword, as in `exact_restart(steps=20)`")
        for name in marker.kwargs:
            if name not in known:
                from ckptlint.settings.suggestion import did_you_mean

                hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
                _refuse(f"unknown argument `{name}`{hint}")
        joined = {**marker.kwargs, **joined}
    return joined


def _is_of_unittest(item: pytest.Function) -> bool:
    unittest = sys.modules.get("unittest")
    return unittest is not None and issubclass(item.cls or object, unittest.TestCase)


def _required(item: pytest.Function) -> list[str]:
    """Name the arguments that pytest gives to a test."""
    return [
        one.name
        for one in inspect.signature(item.obj).parameters.values()
        if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]


def _parameters(item: pytest.Function) -> dict[str, object]:
    """Give the values that a test is parametrised with."""
    found: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    return found


def _refuse_fixtures(names: Sequence[str]) -> NoReturn:
    listed = ", ".join(f"`{name}`" for name in names)
    _refuse(
        f"the model is made anew in other processes, which have no fixture {listed}: let the test "
        "make all that the model needs, or call the fixture `exact_restart`"
    )


def _refuse(reason: str) -> NoReturn:
    pytest.fail(f"`@pytest.mark.{_MARKER}`: {reason}", pytrace=False)


def _device(text: str) -> str:
    if re.fullmatch(r"auto|cpu|rehearse|cuda(:\d+)?", text):
        return text
    raise argparse.ArgumentTypeError(
        f"unknown device `{text}`; it is one of auto, cpu, cuda, cuda:N, rehearse"
    )
