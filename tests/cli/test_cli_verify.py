"""``ckptlint verify`` from its arguments on: what it refuses, lists and chooses; no case is run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ckptlint.cli.main import main
from ckptlint.verify.case import MEBIBYTE, Limits
from ckptlint.verify.options import VerifyOptions
from ckptlint.verify.verdict import CheckVerdict, TargetVerdict, Verdict, VerifyResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ckptlint.cli.verify_targets import Asked

Captured = pytest.CaptureFixture[str]

MODEL = """\
class Model:
    def input_coords(self): return {}
    def create_iterator(self, x, coords): yield x, coords


class Needing(Model):
    def __init__(self, core): ...


def build(): return Model()
"""


@pytest.fixture
def model(project: Path) -> Path:
    path = project / "model.py"
    path.write_text("raise SystemExit('never run')\n" + MODEL)
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Take note of what is asked, and answer that all of it is exact."""
    seen: list[Asked] = []

    def answer(what: Asked, *rest: object) -> VerifyResult:
        seen.append(what)
        check = CheckVerdict("exact-restart", Verdict.EXACT)
        return VerifyResult(
            tuple(
                TargetVerdict(one.target.label, Verdict.EXACT, "cpu", (check,))
                for one in what.requests
            ),
            what.passed_over,
        )

    monkeypatch.setattr("ckptlint.cli.verify._verify", answer)
    monkeypatch.setattr("ckptlint.cli.verify.require_verifier", lambda: None)
    return seen


def call(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(["verify", *arguments])
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--checks", "exact-restrat"],
         "`--checks`: unknown check `exact-restrat` (did you mean `exact-restart`?)"),
        (["--checks", "levels,,zzz"], "`--checks`: unknown check `zzz`; there are exact-restart, "),
        (["--checks", ","], "`--checks` names no check"),
        (["--device", "tpu"],
         "unknown device `tpu`; it is one of auto, cpu, cuda, cuda:N, rehearse"),
        (["--device", "cuda:-1"], "unknown device `cuda:-1`"),
        (["--steps", "0"], "`0`"),
        (["--stops", "-1"], "`-1`"),
        (["--kills", "many"], "`many`"),
        (["--members", "1.5"], "`1.5`"),
        (["--jobs", "0"], "`0`"),
        (["--seed", "-1"], "`-1` is not a whole number"),
        (["--tolerance", "-1"], "`-1` is not a number that is zero or more"),
        (["--tolerance", "nan"], "`nan` is not a number that is zero or more"),
        (["--tolerance", "inf"], "`inf` is not a number that is zero or more"),
        (["--timeout", "0"], "`0` is not a number above zero"),
        (["--memory", "0"], "`0` is not a number above zero"),
        (["--memory", "much"], "`much` is not a number that is zero or more"),
        (["--output-format", "xml"], "xml"),
        (["--scheduler", "tcp://nowhere:1"],
         "`--scheduler` needs a `--workspace` that all workers share"),
        (["--workspace", "nowhere"], "`--workspace`: there is no folder `nowhere`"),
        (["--initial-condition", "start"],
         "`--initial-condition`: `start` is neither `file.py::name` nor `package.module:name`"),
        (["--report", "a.pdf"], "`--report a.pdf`: "),
        (["--report", "nowhere/a.html"], "nowhere"),
        (["-o", "nowhere/a.json"], "nowhere"),
        (["--stop", "3"], "--stop"),
    ],
)  # fmt: skip
def test_a_call_that_is_wrong(
    model: Path, asked: list[Asked], capsys: Captured, arguments: list[str], message: str
) -> None:
    code, out, error = call(capsys, "model.py::build", *arguments)
    assert (code, out) == (2, "")
    assert message in error
    assert asked == []


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("nowhere.py::build", "`nowhere.py::build`: there is no file `nowhere.py`"),
        ("model.py::", "`model.py::`: `` is no name of a class or a function"),
        ("model.py:build", "`model.py:build` is neither"),
        ("nowhere", "nowhere"),
        ("empty", "found under empty"),
        ("plain", "nothing to verify under plain"),
    ],
)
def test_a_target_that_is_not_there(
    model: Path, asked: list[Asked], capsys: Captured, word: str, message: str
) -> None:
    for name in ("empty", "plain"):
        (model.parent / name).mkdir()
    (model.parent / "plain" / "a.py").write_text("x = 1\n")
    code, out, error = call(capsys, word)
    assert (code, out) == (2, "")
    assert message in error
    assert asked == []


def test_targets_are_listed_and_not_run(model: Path, asked: list[Asked], capsys: Captured) -> None:
    note = "not run: model.py::Needing: it needs `core`: write a function `build()` that makes it"
    for words in ([], ["."], ["model.py"]):
        assert call(capsys, "--list", *words) == (0, "model.py::build\n", note + "\n")
    assert call(capsys, "--list", "model.py::Model", "package.models:Forecast") == (
        0,
        "model.py::Model\npackage.models:Forecast\n",
        "",
    )
    assert asked == []


def test_a_list_of_nothing(project: Path, capsys: Captured) -> None:
    (project / "a.py").write_text("x = 1\n")
    assert call(capsys, "--list") == (2, "", "")


def test_what_the_command_line_says_holds_for_every_target(
    model: Path, asked: list[Asked], capsys: Captured
) -> None:
    code, _, _ = call(
        capsys, "model.py::build", "pack:age", "--checks", "levels, kill", "--checks=cost",
        "--device", "cuda:1", "--steps", "7", "--stops", "5", "--kills", "9", "--members", "2",
        "--tolerance", "1e-3", "--seed", "4", "--jobs", "3", "--timeout", "1.5", "--memory", "0.5",
        "--workspace", ".", "--initial-condition", "model.py::start",
    )  # fmt: skip
    assert code == 0
    [found] = asked
    first, second = found.requests
    folder = str(model.parent)
    assert first.options == VerifyOptions(
        ("levels", "kill", "cost"), "cuda:1", 7, 5, 9, 2, 1e-3, 4, 3,
        Limits(1.5, 512 * MEBIBYTE, scratch=folder), first.options.initial_condition, folder,
    )  # fmt: skip
    assert first.options.initial_condition is not None
    assert first.options.initial_condition.path == str(model)
    assert second.options == first.options
    assert second.target.folders[-1] == folder


def test_nothing_said(model: Path, asked: list[Asked], capsys: Captured) -> None:
    call(capsys, "model.py::build")
    assert asked[0].requests[0].options == VerifyOptions()


def settings(model: Path, text: str) -> None:
    (model.parent / "ckptlint.toml").write_text(text)


def test_the_targets_of_the_settings(model: Path, asked: list[Asked], capsys: Captured) -> None:
    settings(model, '[[verify]]\ntarget = "./model.py::build"\nsteps = 9\ndevice = "rehearse"\n')
    for words in ([], ["model.py::build"], ["model.py"], ["."]):
        assert call(capsys, *words)[0] == 0
        [request] = asked.pop().requests
        assert request.target.path == str(model)
        assert (request.options.steps, request.options.device) == (9, "rehearse")
    call(capsys, "--steps", "3")
    [request] = asked.pop().requests
    assert (request.options.steps, request.options.device) == (3, "rehearse")
    call(capsys, "model.py::Model")
    assert asked.pop().requests[0].options == VerifyOptions()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[verify]]\ntarget = "gone.py::build"\n',
         "ckptlint.toml: `verify`: `gone.py::build`: there is no file `gone.py`"),
        ('[[verify]]\ntarget = "model.py::build"\ninitial-condition = "a"\n',
         "`verify` of `model.py::build`: `initial-condition`: `a` is neither"),
        ('fix = true\n[[verify]]\ntarget = "a"\nstep = 3\n', "ckptlint.toml:2: `verify` must be"),
        ('[[verify]]\ntarget = "a"\nsteps = "3"\n', "ckptlint.toml:1: `verify` must be"),
    ],
)  # fmt: skip
def test_settings_that_are_wrong(
    model: Path, asked: list[Asked], capsys: Captured, text: str, message: str
) -> None:
    settings(model, text)
    code, out, error = call(capsys)
    assert (code, out) == (2, "")
    assert message in error


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["exact"], 0),
        (["exact", "exact"], 0),
        (["exact", "diverges"], 1),
        (["unproven"], 2),
        (["exact", "unproven"], 2),
        (["diverges", "unproven"], 1),
    ],
)
def test_exit_codes(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, verdicts: list[str], code: int
) -> None:
    targets = tuple(TargetVerdict("a", Verdict(one), "cpu") for one in verdicts)
    answer: Callable[..., Any] = lambda *rest: VerifyResult(targets)  # noqa: E731
    monkeypatch.setattr("ckptlint.cli.verify._verify", answer)
    monkeypatch.setattr("ckptlint.cli.verify.require_verifier", lambda: None)
    found, out, _ = call(capsys, "model.py::build", "--output-format", "json")
    assert found == code
    assert [one["verdict"] for one in json.loads(out)["targets"]] == verdicts


def test_reports_are_written_to_files(model: Path, asked: list[Asked], capsys: Captured) -> None:
    arguments = ["--output-format", "json", "-o", "found.json", "--report", "found.html"]
    assert call(capsys, "model.py::build", *arguments) == (0, "", "")
    found = json.loads((model.parent / "found.json").read_text())
    assert found["targets"][0]["target"] == "model.py::build"
    assert "<html" in (model.parent / "found.html").read_text()


def test_what_is_not_installed(
    model: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, out, error = call(capsys, "model.py::build")
    assert (code, out) == (2, "")
    assert "verifying takes torch and earth2studio, which cannot be imported by" in error
    assert "pip install 'ckptlint[verify]'" in error


def test_the_help_says_that_code_is_run(capsys: Captured) -> None:
    code, out, _ = call(capsys, "--help")
    assert code == 0
    assert "This runs the code of your models, and all that it imports." in out
