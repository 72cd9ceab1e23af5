"""``ckptlint check --fix --prove`` from the call to the written files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ckptlint.cli.main import main
from ckptlint.engine.proof import ProofVerdict
from ckptlint.engine.proof_store import ProofStore

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = (
    "ckp101/bad_wrapper.py",
    "ckp101/bad_seeding.py",
    "ckp101/good_grid.py",
    "ckp101/good_noise_core.py",
    "ckp201/bad_late_save.py",
    "ckp201/good_grid.py",
    "ckp301/bad_each_write.py",
    "ckp301/good_forecast.py",
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(FIXTURES / name, tmp_path / name)
    (tmp_path / "ckptlint.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_proved_is_kept_and_what_is_refuted_is_taken_back(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")
    before = {name: (project / name).read_bytes() for name in FILES}
    selected = ["--select", "CKP101,CKP201,CKP301"]
    proving = ["--fix", "--prove", "--device", "cpu", "--output-format", "json"]
    code = main(["check", *selected, *proving, "."])
    records = json.loads(capsys.readouterr().out)
    assert code == 1
    seen = {
        (Path(one["filename"]).name, one["code"], one["location"]["row"]): (
            one["proof"]["verdict"],
            one["fixed"],
        )
        for one in records
    }
    assert seen == {
        ("bad_seeding.py", "CKP101", 19): ("refuted", False),
        ("bad_wrapper.py", "CKP101", 15): ("proved", True),
        ("bad_late_save.py", "CKP201", 14): ("proved", True),
        ("bad_each_write.py", "CKP301", 12): ("proved", True),
        ("bad_each_write.py", "CKP301", 14): ("proved", True),
    }
    changed = {name for name in FILES if (project / name).read_bytes() != before[name]}
    assert changed == {
        "ckp101/bad_wrapper.py",
        "ckp201/bad_late_save.py",
        "ckp301/bad_each_write.py",
    }
    assert main(["check", "--isolated", "--no-cache", *selected, *sorted(changed)]) == 0


def test_with_diff_what_is_proved_is_shown_and_kept_and_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("earth2studio", reason="the rollouts need the extra `verify`")
    before = {name: (project / name).read_bytes() for name in FILES}
    file = "ckp201/bad_late_save.py"
    proving = ["--diff", "--prove", "--device", "cpu", "--select", "CKP201"]
    assert main(["check", *proving, file]) == 1
    shown = capsys.readouterr()
    assert f"+++ {file}" in shown.out
    assert "Would fix 1 error" in shown.err
    assert {name: (project / name).read_bytes() for name in FILES} == before

    store = ProofStore(str(project / ".ckptlint_cache"))
    (proved,) = store.kept(file, before[file])
    assert (proved.finding.code, proved.proof.verdict, proved.is_applied, proved.lines) == (
        "CKP201",
        ProofVerdict.PROVED,
        False,
        (14, 14),
    )
    assert proved.proof.target == "ckp201/bad_late_save.py::build"
    assert main(["check", "--fix", "--select", "CKP201", file]) == 0
    (applied,) = store.kept(file, (project / file).read_bytes())
    assert (applied.is_applied, applied.proof) == (True, proved.proof)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--prove", "."], "`--prove` goes with `--fix` or `--diff`"),
        (["--fix", "--prove", "-"], "`--prove` runs files, and cannot be joined with `-`"),
        (["--device", "cpu", "."], "`--device` goes with `--prove`"),
        (
            ["--fix", "--prove", "--device", "rehearse", "."],
            "`--prove` compares values, which a rehearsal has none of",
        ),
        (["--fix", "--prove", "--device", "gpu", "."], "`--device`: unknown device `gpu`"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.setattr("sys.stdin", (project / FILES[0]).open(encoding="utf-8"))
    before = {name: (project / name).read_bytes() for name in FILES}
    assert main(["check", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert {name: (project / name).read_bytes() for name in FILES} == before


def test_where_nothing_can_be_fixed_nothing_is_run(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("it would run code")

    monkeypatch.setattr("ckptlint.cli.prove.require_verifier", refuse)
    assert main(["check", "--fix", "--prove", "ckp101/good_grid.py"]) == 0
    assert capsys.readouterr().out == "All checks passed!\n"
