"""``ckptlint check`` with findings that are known: ``--baseline`` and ``--write-baseline``."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from calls import Captured, call, write

from ckptlint.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("words")


NAME = ".ckptlint-baseline.json"
KNOWN = ("--baseline", NAME, "--output-format", "concise")


def known_of(path: Path) -> list[tuple[str, str, str, int]]:
    """Give path, code, text and count of each entry of a baseline."""
    entries = json.loads(path.read_text())["findings"]
    return [tuple(entry[key] for key in ("path", "code", "text", "count")) for entry in entries]  # type: ignore[misc]


@pytest.fixture
def adopted(project: Path, capsys: Captured) -> Path:
    """A project whose findings are known."""
    write(project / "a.py", "safe_word = 1\nplain_word = 2\n")
    write(project / "src" / "b.py", "plain_word\n")
    assert main(("--write-baseline",)) == 0
    capsys.readouterr()
    return project


def test_baseline_is_written(project: Path, capsys: Captured) -> None:
    write(project / "src" / "b.py", "if x:\n    plain_word  # Größe\nplain_word\n")
    write(project / "a.py", "x = safe_word\n")
    assert call(capsys, "--write-baseline") == (
        0,
        "All checks passed!\n3 known errors in the baseline.\n",
        "Wrote 3 known errors to .ckptlint-baseline.json.\n"
        'To use it, set `baseline = ".ckptlint-baseline.json"`, '
        "or give `--baseline .ckptlint-baseline.json`.\n",
    )
    assert (
        (project / NAME).read_text()
        == """\
{
  "ckptlint-baseline": 1,
  "findings": [
    {
      "path": "a.py",
      "code": "CKP801",
      "text": "x = safe_word",
      "message": "Found `safe_word`",
      "count": 1
    },
    {
      "path": "src/b.py",
      "code": "CKP803",
      "text": "plain_word",
      "message": "Found `plain_word`",
      "count": 2
    }
  ]
}
"""
    )


def test_known_findings_are_not_reported(adopted: Path, capsys: Captured) -> None:
    assert call(capsys, *KNOWN) == (
        0,
        "All checks passed!\n3 known errors in the baseline.\n",
        "",
    )
    write(adopted / "a.py", "# moved\nif x:\n  plain_word  =  2 # why\nsafe_word = 1\n")
    assert call(capsys, *KNOWN)[0] == 0


def test_new_findings_are_reported_and_fail(adopted: Path, capsys: Captured) -> None:
    write(adopted / "src" / "b.py", "plain_word\nplain_word\nsafe_word\n")
    assert call(capsys, *KNOWN) == (
        1,
        "src/b.py:2:1: CKP803 Found `plain_word`\n"
        "src/b.py:3:1: CKP801 [*] Found `safe_word`\n"
        "Found 2 errors.\n[*] 1 fixable with `--fix`.\n3 known errors in the baseline.\n",
        "",
    )
    assert call(capsys, *KNOWN, "--exit-zero", "-q")[0] == 0


def test_renamed_file_has_new_findings(adopted: Path, capsys: Captured) -> None:
    (adopted / "src" / "b.py").rename(adopted / "src" / "c.py")
    assert call(capsys, *KNOWN) == (
        1,
        "src/c.py:1:1: CKP803 Found `plain_word`\n"
        "Found 1 error.\n2 known errors in the baseline.\n",
        "warning: 1 entry of .ckptlint-baseline.json is mended; `--write-baseline` drops it\n",
    )


def test_mended_findings_are_told_and_dropped(adopted: Path, capsys: Captured) -> None:
    write(adopted / "a.py", "x = 1\n")
    assert call(capsys, *KNOWN) == (
        0,
        "All checks passed!\n1 known error in the baseline.\n",
        "warning: 2 entries of .ckptlint-baseline.json are mended; `--write-baseline` drops them\n",
    )
    write(adopted / "a.py", "risky_word\n")
    assert call(capsys, *KNOWN, "--write-baseline") == (
        0,
        "All checks passed!\n2 known errors in the baseline.\n",
        "Wrote 2 known errors to .ckptlint-baseline.json (1 new, 2 mended).\n",
    )
    assert known_of(adopted / NAME) == [
        ("a.py", "CKP802", "risky_word", 1),
        ("src/b.py", "CKP803", "plain_word", 1),
    ]
    before = (adopted / NAME).stat()
    assert call(capsys, *KNOWN, "--write-baseline", "-s") == (0, "", "")
    assert (adopted / NAME).stat() == before


def test_only_what_was_looked_at_can_be_mended(adopted: Path, capsys: Captured) -> None:
    write(adopted / "a.py", "x = 1\n")
    write(adopted / "src" / "b.py", "x = 1\n")
    one = "warning: 1 entry of .ckptlint-baseline.json is mended; `--write-baseline` drops it\n"
    assert call(capsys, *KNOWN, "src")[2] == one
    assert call(capsys, *KNOWN, "a.py", "--select", "CKP801")[2] == one
    assert call(capsys, *KNOWN, "--per-file-ignores", "a.py:CKP8")[2] == one
    write(adopted / "a.py", "broken_word\n")
    assert one in call(capsys, *KNOWN)[2]
    write(adopted / "a.py", "def f(:  # plain_word\n")
    assert one in call(capsys, *KNOWN)[2]
    assert one in call(capsys, *KNOWN, "--per-file-ignores", "a.py:CKP900")[2]
    (adopted / "a.py").unlink()
    assert call(capsys, *KNOWN, "src", "--select", "CKP801")[2] == (
        "warning: 2 entries of .ckptlint-baseline.json are mended; `--write-baseline` drops them\n"
    )


def test_writing_keeps_what_was_not_looked_at(adopted: Path, capsys: Captured) -> None:
    write(adopted / "a.py", "x = 1\n")
    write(adopted / "src" / "b.py", "plain_word\nplain_word\n")
    call(capsys, *KNOWN, "--write-baseline", "src")
    kept = [("a.py", "CKP801", "safe_word = 1", 1), ("a.py", "CKP803", "plain_word = 2", 1)]
    assert known_of(adopted / NAME) == [*kept, ("src/b.py", "CKP803", "plain_word", 2)]
    call(capsys, *KNOWN, "--write-baseline", "--select", "CKP801")
    assert known_of(adopted / NAME) == [kept[1], ("src/b.py", "CKP803", "plain_word", 2)]


def test_what_cannot_be_checked_is_never_known(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "def f(:\n")
    code, out, err = call(capsys, "--write-baseline", "--output-format", "concise", "a.py")
    assert (code, out) == (
        1,
        "a.py:1:7: CKP900 Syntax error: invalid syntax\nFound 1 error.\n",
    )
    assert err.startswith("Wrote 0 known errors to .ckptlint-baseline.json.\n")
    assert known_of(project / NAME) == []
    assert call(capsys, *KNOWN, "a.py", "-s")[0] == 1


def test_fixes_leave_known_findings_alone(adopted: Path, capsys: Captured) -> None:
    text = "safe_word = 1\nplain_word = 2\n"
    assert call(capsys, *KNOWN, "--diff") == (0, "", "")
    assert call(capsys, *KNOWN, "--fix") == (
        0,
        "All checks passed!\n3 known errors in the baseline.\n",
        "",
    )
    assert (adopted / "a.py").read_text() == text
    write(adopted / "a.py", f"{text}if safe_word: pass\n")
    assert call(capsys, *KNOWN, "--fix") == (
        0,
        "Found 1 error (1 fixed, 0 remaining).\n3 known errors in the baseline.\n",
        "",
    )
    assert (adopted / "a.py").read_text() == f"{text}if SAFE_WORD: pass\n"
    assert call(capsys, "--fix", "-q")[0] == 1
    assert (adopted / "a.py").read_text().startswith("SAFE_WORD = 1\nplain_word = 2\n")


def test_setting_and_no_baseline(adopted: Path, capsys: Captured) -> None:
    write(adopted / "ckptlint.toml", f'baseline = "{NAME}"\n')
    assert call(capsys)[:2] == (0, "All checks passed!\n3 known errors in the baseline.\n")
    assert call(capsys, "--no-baseline", "-s")[0] == 1
    write(adopted / "ckptlint.toml", 'baseline = "other.json"\n')
    code, _, err = call(capsys, "--write-baseline")
    assert (code, err) == (0, "Wrote 3 known errors to other.json.\n")
    assert (adopted / "other.json").read_bytes() == (adopted / NAME).read_bytes()


def test_default_lies_in_the_project_root(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "ckptlint.toml", "")
    write(project / "src" / "b.py", "plain_word\n")
    monkeypatch.chdir(project / "src")
    _, _, err = call(capsys, "--write-baseline", ".")
    name = str(project / NAME)
    assert err == (
        f"Wrote 1 known error to {name}.\n"
        f'To use it, set `baseline = "{NAME}"`, or give `--baseline {name}`.\n'
    )
    assert known_of(project / NAME) == [("src/b.py", "CKP803", "plain_word", 1)]
    assert call(capsys, "--baseline", f"../{NAME}", "b.py", "-s")[0] == 0
    assert call(capsys, "--baseline", f"../{NAME}", str(project / "src" / "b.py"), "-s")[0] == 0


def test_each_project_has_its_own_baseline(project: Path, capsys: Captured) -> None:
    for name in ("one", "two"):
        write(project / name / "ckptlint.toml", 'baseline = "known.json"\n')
        write(project / name / "m.py", "plain_word\n")
    code, _, err = call(capsys, "--write-baseline", "one", "two")
    assert (code, err) == (
        0,
        "Wrote 1 known error to one/known.json.\nWrote 1 known error to two/known.json.\n",
    )
    assert known_of(project / "two" / "known.json") == [("m.py", "CKP803", "plain_word", 1)]
    write(project / "one" / "m.py", "")
    assert call(capsys, "one", "two") == (
        0,
        "All checks passed!\n1 known error in the baseline.\n",
        "warning: 1 entry of one/known.json is mended; `--write-baseline` drops it\n",
    )
    call(capsys, "--write-baseline", "--baseline", "all.json", "one", "two")
    assert known_of(project / "all.json") == [("two/m.py", "CKP803", "plain_word", 1)]


def test_files_outside_of_the_folder(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project / "lib" / "m.py", "plain_word\n")
    (project / "app").mkdir()
    monkeypatch.chdir(project / "app")
    call(capsys, "--write-baseline", "../lib")
    assert known_of(project / "app" / NAME) == [("../lib/m.py", "CKP803", "plain_word", 1)]
    assert call(capsys, *KNOWN, "../lib", "-s")[0] == 0


def test_standard_input(adopted: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    feed("plain_word\nplain_word\n")
    assert call(capsys, *KNOWN, "-", "--stdin-filename", "src/b.py") == (
        1,
        "src/b.py:2:1: CKP803 Found `plain_word`\nFound 1 error.\n1 known error in the baseline.\n",
        "",
    )
    feed("plain_word\nsafe_word\n")
    code, out, err = call(capsys, *KNOWN, "--fix", "-", "--stdin-filename", "src/b.py")
    assert (code, out) == (0, "plain_word\nSAFE_WORD\n")
    assert err == "Found 1 error (1 fixed, 0 remaining).\n1 known error in the baseline.\n"


@pytest.mark.parametrize("name", ["json", "json-lines", "github", "sarif"])
def test_formats_for_programs_hold_new_findings_alone(
    adopted: Path, capsys: Captured, name: str
) -> None:
    write(adopted / "a.py", "safe_word = 1\nplain_word = 2\nrisky_word\n")
    code, out, err = call(capsys, "--baseline", NAME, "--output-format", name)
    assert (code, err) == (1, "3 known errors in the baseline.\n")
    assert "CKP802" in out
    assert "Found `plain_word`" not in out


def test_fingerprints_are_the_same_from_every_folder(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prints(name: str, *arguments: str) -> list[str]:
        _, out, _ = call(capsys, "--output-format", name, *arguments)
        report = json.loads(out)
        if name == "gitlab":
            return [issue["fingerprint"] for issue in report]
        results = report["runs"][0]["results"]
        return [one["partialFingerprints"]["primaryLocationLineHash"] for one in results]

    write(project / "ckptlint.toml", "")
    write(project / "src" / "b.py", "plain_word\nsafe_word\nplain_word\n")
    everywhere = {name: prints(name) for name in ("sarif", "gitlab")}
    assert everywhere["sarif"] == everywhere["gitlab"]
    assert len(set(everywhere["sarif"])) == 3
    monkeypatch.chdir(project / "src")
    assert {name: prints(name, "b.py") for name in everywhere} == everywhere


def test_statistics(adopted: Path, capsys: Captured) -> None:
    write(adopted / "a.py", "safe_word = 1\nplain_word = 2\nrisky_word\n")
    assert call(capsys, "--baseline", NAME, "--statistics")[1] == (
        "1\tCKP802\tunsafe-word\nFound 1 error.\n"
        "1 unsafe fix available with `--fix --unsafe-fixes`.\n3 known errors in the baseline.\n"
    )


VALID = """\
{
  "ckptlint-baseline": 1,
  "findings": [
    {
      "path": "a.py",
      "code": "CKP803",
      "text": "plain_word",
      "message": "Found",
      "count": 1
    }
  ]
}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"count": 1', '"count": 1,', "10:5: the baseline is not valid JSON: expecting property "),
        ('  "findings": [', "<<<<<<< ours", "3:1: the baseline is not valid JSON: expecting"),
        ('"ckptlint-baseline": 1', '"ckptlint-baseline": 2', "2: a newer ckptlint has written "),
        ('"ckptlint-baseline": 1', '"ckptlint-baseline": "1"', "2: `ckptlint-baseline` must be a "),
        ('"ckptlint-baseline": 1', '"version": 1', "1: this is no baseline of ckptlint: it has no"),
        ('"findings"', '"finding"', "1: the baseline has no list of `findings`"),
        ('"count": 1', '"count": 0', "9: `count` must be a whole number above zero"),
        ('"count": 1', '"count": true', "9: `count` must be a whole number above zero"),
        ('"path": "a.py"', '"path": 3', "5: `path` must be a string"),
        ('"text"', '"txt"', "7: unknown key `txt` in an entry of the baseline (did you mean `text"),
        ('"code": "CKP803",\n', "", "4: an entry of the baseline has no `code`"),
        ('"message": "Found",', '"message": "Found", "confidence": "?",', '8: `confidence` must'),
        ("[\n    {", "[\n 1, {", "4: an entry of the baseline must be an object"),
        ("plain_word", "pl\udcffin", "7: a baseline must be UTF-8, and byte 0xff is not"),
        (VALID, "[]", "1: this is no baseline of ckptlint"),
    ],
)  # fmt: skip
def test_wrong_baselines_are_refused(
    project: Path, capsys: Captured, old: str, new: str, message: str
) -> None:
    write(project / "a.py", "plain_word\n")
    path = project / "known.json"
    path.write_text(VALID)
    assert call(capsys, "--baseline", "known.json", "-s") == (0, "", "")
    data = VALID.replace(old, new).encode(errors="surrogateescape")
    path.write_bytes(data)
    for arguments in ((), ("--write-baseline",)):
        code, out, err = call(capsys, "--baseline", "known.json", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith(f"error: known.json:{message}")
    assert path.read_bytes() == data


def test_missing_baseline_is_refused(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "safe_word\n")
    assert call(capsys, "--baseline", "known.json", "--fix") == (
        2,
        "",
        "error: known.json: there is no such baseline; `--write-baseline` writes it\n",
    )
    assert (project / "a.py").read_text() == "safe_word\n"
    (project / "known.json").mkdir()
    assert call(capsys, "--baseline", "known.json")[2] == (
        "error: known.json: cannot read the baseline: Is a directory\n"
    )


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("--fix",), "--fix"),
        (("--fix-only",), "--fix"),
        (("--diff",), "--diff"),
        (("--no-baseline",), "--no-baseline"),
        (("-",), "-"),
    ],
)
def test_writing_refuses_what_does_not_go_with_it(
    project: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    name: str,
) -> None:
    write(project / "a.py", "safe_word\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert call(capsys, "--write-baseline", *options) == (
        2,
        "",
        f"error: `--write-baseline` cannot be joined with `{name}`\n",
    )
    assert not (project / NAME).exists()


def test_setting_fix_does_not_fix_what_becomes_known(project: Path, capsys: Captured) -> None:
    write(project / "ckptlint.toml", "fix = true\n")
    write(project / "a.py", "safe_word\n")
    assert call(capsys, "--write-baseline", "-q")[0] == 0
    assert (project / "a.py").read_text() == "safe_word\n"


def test_nothing_is_written_where_a_path_is_missing(project: Path, capsys: Captured) -> None:
    write(project / "a.py", "safe_word\n")
    code, out, err = call(capsys, "--write-baseline", "a.py", "b.py")
    assert (code, out) == (2, "")
    assert err == (
        "error: b.py: no such file or folder\n"
        "error: `--write-baseline` writes nothing, for not all that was named can be checked\n"
    )
    assert not (project / NAME).exists()


def test_cached_results_meet_the_baseline_of_today(adopted: Path, capsys: Captured) -> None:
    write(adopted / "a.py", "safe_word = 1\nplain_word = 2\nrisky_word\n")
    for _ in range(2):
        assert call(capsys, *KNOWN, "-s")[0] == 1
    call(capsys, *KNOWN, "--write-baseline")
    assert call(capsys, *KNOWN, "-s")[0] == 0
    assert call(capsys, "-s")[0] == 1


def test_replay_watches_the_baseline(
    adopted: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ckptlint.engine.replay.RACY_NANOSECONDS", -(10**18))
    assert call(capsys, *KNOWN, "src") == call(capsys, *KNOWN, "src")
    (adopted / "a.py").unlink()
    assert call(capsys, *KNOWN, "src")[2].startswith("warning: 2 entries of")
    text = (adopted / NAME).read_text()
    (adopted / NAME).write_text(text.replace("plain_word", "other_word"))
    assert call(capsys, *KNOWN, "src")[0] == 1


def test_verify_judges_known_findings_too(project: Path) -> None:
    from ckptlint.cli.verify import findings_of
    from ckptlint.settings.discovery import Discovery

    code = "with Checkpoint('run') as session:\n    session.write()\n    session.flush()\n"
    path = write(project / "a.py", f"from earth2studio.utils.checkpoint import Checkpoint\n{code}")
    write(project / "ckptlint.toml", f'baseline = "{NAME}"\n')
    entry = {"path": "a.py", "code": "CKP301", "text": "session.flush()", "message": "", "count": 1}
    write(project / NAME, json.dumps({"ckptlint-baseline": 1, "findings": [entry]}))
    found = findings_of([str(path)], Discovery(str(project)), {})
    assert [(one.code, one.place.span.start.line) for one in found] == [("CKP301", 4)]
