"""The pytest plugin, in sessions of its own: each starts one server, so there are few of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]

ROLLOUTS = Path(__file__).parents[2] / "fixtures" / "rollouts"

# Models are imported where they are made: importing Earth2Studio under pytest takes long.
TESTS = """
import unittest
from importlib import import_module

import pytest

short = pytest.mark.exact_restart(steps=2, device="cpu")


@short
def test_exact():
    from good_plain import Plain
    return Plain()


@short
@pytest.mark.exact_restart(checks="exact-restart", steps=3)
@pytest.mark.parametrize("name", ["good_plain", "bad_late_save"])
def test_of(name):
    return import_module(name).build()


@short
def test_no_model():
    pass


@short
class TestOfMethods:
    def setup_method(self):
        self.name = "good_plain"

    def test_method(self):
        return import_module(self.name).build()


def test_fixture(exact_restart):
    def build():
        return import_module("good_plain").build()

    found = exact_restart(build, steps=2, device="cpu", checks=["fresh-state"])
    assert [check.name for check in found.checks] == ["fresh-state"]
    exact_restart("models/bad_late_save.py::build", steps=2, device="cpu")


@short
def test_of_fixture(tmp_path):
    raise AssertionError("it is not called here")


@pytest.fixture
def doubled(request):
    return 2 * request.param


@short
@pytest.mark.parametrize("doubled", [1000], indirect=True)
def test_indirect(doubled):
    raise AssertionError("it is not called here")


@pytest.mark.exact_restart(step=2)
def test_unknown_argument():
    raise AssertionError("it is not called here")


@pytest.mark.exact_restart(2)
def test_positional_argument():
    raise AssertionError("it is not called here")


@pytest.mark.exact_restart(device="gpu")
def test_wrong_value():
    raise AssertionError("it is not called here")


class TestOfUnittest(unittest.TestCase):
    @short
    def test_method(self):
        raise AssertionError("it is not called here")
"""

LATE_SAVE = """
test_restarts.py::test_of?bad_late_save? (cpu): diverges
  exact-restart  diverges  CKP201
      where    stopped after step 0 (+0 h), first wrong at step 1 (+6 h)
      stops    wrong after 3 of 3
      differs  lead_time, not comparable in value
      blame    no save before the yield at *.py:*
      reason   nothing has been saved when step 0 is yielded
"""


@pytest.fixture
def session(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Run pytest on what `pytester` holds, with the fixtures' models on the path."""
    (pytester.path / "models").symlink_to(ROLLOUTS)
    pytester.makeini("[pytest]\npythonpath = models\n")

    def run(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess(
            "--strict-markers", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA", *arguments
        )

    return run


def test_markers_and_the_fixture(
    pytester: pytest.Pytester, session: Callable[..., pytest.RunResult]
) -> None:
    pytester.makepyfile(test_restarts=TESTS)
    ran = session()
    ran.assert_outcomes(passed=3, failed=5, errors=4)
    ran.stdout.fnmatch_lines_random(
        [
            "PASSED test_restarts.py::test_exact",
            "PASSED test_restarts.py::test_of?good_plain?",
            "PASSED test_restarts.py::TestOfMethods::test_method",
            "FAILED test_restarts.py::test_fixture - Failed: *",
            "models/bad_late_save.py::build (cpu): diverges",
            "ERROR test_restarts.py::test_of_fixture - *",
            "ERROR test_restarts.py::test_unknown_argument - *",
            "ERROR test_restarts.py::test_positional_argument - *",
            "ERROR test_restarts.py::TestOfUnittest::test_method - *",
            "*have no fixture `tmp_path`: let the test make all that the model needs*",
            "*have no fixture `doubled`: *",
            "*: unknown argument `step` (did you mean `steps`?)",
            "*: its arguments are given by keyword, as in `exact_restart(steps=20)`",
            "the restart cannot be verified: unknown device `gpu`; *",
            "*: it is for test functions, and for methods of classes that are no `TestCase`",
        ]
    )
    ran.stdout.fnmatch_lines(LATE_SAVE.strip().splitlines(), consecutive=True)
    ran.stdout.fnmatch_lines(
        [
            "test_restarts.py::test_no_model (cpu): unproven",
            "*it gives a NoneType, which has no*",
        ],
        consecutive=True,
    )
    ran.stdout.no_fnmatch_line("*pytest_plugin.py*")
    ran.stdout.no_fnmatch_line("*it is not called here*")
    ran.stdout.no_fnmatch_line("*another exception*")
    ran.stdout.no_fnmatch_line("*Captured std*")


def test_modules_that_pytest_imports_by_no_name(
    pytester: pytest.Pytester, session: Callable[..., pytest.RunResult]
) -> None:
    folder = pytester.path / "test" / "models" / "px"
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_text(
        "import pytest\n\n"
        "def build():\n    from good_plain import Plain\n    return Plain()\n\n"
        "@pytest.fixture\ndef builder():\n    return build\n"
    )
    (folder / "test_plain.py").write_text(
        "import pytest\n\n"
        "def make():\n    from good_plain import Plain\n    return Plain()\n\n"
        "@pytest.mark.exact_restart(steps=2)\n"
        "def test_restart():\n    return make()\n\n"
        "def test_conftest(exact_restart, builder):\n"
        "    found = exact_restart(builder, steps=2)\n"
        "    assert (found.device, found.notes) == ('cpu', ())\n"
    )
    ran = session("--import-mode=importlib", "--restart-device=cpu")
    ran.assert_outcomes(passed=2)


def test_a_session_without_restarts_imports_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_modules(pytestconfig):
            ours = {name for name in sys.modules if name.partition(".")[0] == "ckptlint"}
            assert ours == {"ckptlint", "ckptlint.verify", "ckptlint.verify.pytest_plugin"}
            assert not {"torch", "earth2studio", "astroid", "cloudpickle"} & set(sys.modules)
            assert pytestconfig.getoption("--restart-device") == "auto"
        """
    )
    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=1)


def test_an_unknown_device_is_a_wrong_call(pytester: pytest.Pytester) -> None:
    ran = pytester.runpytest_subprocess("--restart-device=gpu")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(
        ["*unknown device `gpu`; it is one of auto, cpu, cuda, cuda:N, rehearse"]
    )
