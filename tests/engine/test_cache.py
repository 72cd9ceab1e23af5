from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from engine_doubles import registry_of, word_rule
from hypothesis import given
from hypothesis import strategies as st

from ckptlint import __version__
from ckptlint.engine.cache import Entry
from ckptlint.engine.cache_folder import CacheFolder
from ckptlint.engine.check import CheckRequest, FixMode, Target, check
from ckptlint.engine.registry import Registry
from ckptlint.engine.result import ChangedLines, FileEdit, LocatedFinding, ProposedFix, RelatedPlace
from ckptlint.engine.serialization import finding_from_values, finding_to_values
from ckptlint.rule import (
    Applicability,
    Confidence,
    Evidence,
    Finding,
    FixAvailability,
    Place,
    Position,
    Rule,
    Severity,
    Span,
    Step,
)
from ckptlint.settings.settings import RuleSelection, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.engine.result import CheckResult

TEXT = st.text(max_size=8)
NUMBER = st.integers(1, 10**6)
POSITIONS = st.builds(Position, NUMBER, NUMBER)
PLACES = st.builds(Place, TEXT, st.builds(Span, POSITIONS, POSITIONS), st.none() | NUMBER)
LINES = st.lists(TEXT, max_size=3).map(tuple)
FIXES = st.builds(
    ProposedFix,
    message=TEXT,
    applicability=st.sampled_from(Applicability),
    reason=st.none() | TEXT,
    edits=st.lists(st.builds(FileEdit, PLACES, TEXT), max_size=2).map(tuple),
    first_line=NUMBER,
    before=LINES,
    after=LINES,
    file_lines=st.none() | st.builds(ChangedLines, NUMBER, LINES, LINES),
)
SPANS = st.none() | st.builds(Span, POSITIONS, POSITIONS)
RELATED = st.builds(RelatedPlace, PLACES, TEXT, st.sampled_from(Step), SPANS)
FINDINGS = st.builds(
    LocatedFinding,
    code=TEXT,
    name=TEXT,
    message=TEXT,
    severity=st.sampled_from(Severity),
    place=PLACES,
    help=st.none() | TEXT,
    related=st.lists(RELATED, max_size=2).map(tuple),
    fix=st.none() | FIXES,
    context=LINES,
    context_start=NUMBER,
    noqa_line=NUMBER,
    confidence=st.sampled_from(Confidence),
    file_span=SPANS,
)


@given(FINDINGS)
def test_findings_come_back_from_json_as_they_were(finding: LocatedFinding) -> None:
    assert finding_from_values(json.loads(json.dumps(finding_to_values(finding)))) == finding


FINDING = LocatedFinding(
    "CKP101", "a-rule", "wrong", Severity.ERROR, Place("a.py", Span(Position(1, 1), Position(1, 2)))
)


@pytest.fixture
def folder(tmp_path: Path) -> CacheFolder:
    return CacheFolder(str(tmp_path / "cache"))


def entry(folder: CacheFolder, data: bytes = b"x = 1", today: str = "2027-01-31") -> Entry:
    return Entry(folder, ["a.py"], data, today)


def test_an_entry_holds_for_the_content_it_was_made_for(folder: CacheFolder) -> None:
    assert entry(folder).load() is None
    entry(folder).store([FINDING], ["not judged"], {})
    assert entry(folder).load() == ((FINDING,), ("not judged",), {}, [])
    assert entry(folder, b"x = 2").load() is None
    assert Entry(folder, ["b.py"], b"x = 1", "2027-01-31").load() is None
    assert entry(folder, today="2037-01-31").load() is not None


def test_an_entry_holds_until_a_suppression_expires(folder: CacheFolder) -> None:
    entry(folder).store([], [], {}, {"2027-02-03", "2027-01-30"})
    loaded = [
        day
        for day in ("2027-01-29", "2027-01-30", "2027-01-31", "2027-02-03", "2027-02-04")
        if entry(folder, today=day).load() is not None
    ]
    assert loaded == ["2027-01-31", "2027-02-03"]
    kept = entry(folder).load()
    assert kept is not None
    assert kept.last_days == ["2027-01-30", "2027-02-03"]


def test_an_entry_holds_while_the_files_it_rests_on_are_unchanged(
    folder: CacheFolder, tmp_path: Path
) -> None:
    from ckptlint.program.project import content_digest

    there, missing = tmp_path / "base.py", tmp_path / "missing.py"
    there.write_bytes(b"class Base: ...\n")
    entry(folder).store([], [], {there: content_digest(there.read_bytes()), missing: None})
    assert entry(folder).load() is not None
    missing.write_bytes(b"")
    assert entry(folder).load() is None
    missing.unlink()
    there.write_bytes(b"class Base: pass\n")
    assert entry(folder).load() is None
    there.unlink()
    assert entry(folder).load() is None


def stored_file(folder: CacheFolder) -> Path:
    (file,) = Path(folder.path).rglob("*.json")
    return file


@given(st.data())
def test_a_damaged_entry_counts_as_none(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = CacheFolder(str(tmp_path_factory.mktemp("cache")))
    entry(folder).store([FINDING], [], {})
    file = stored_file(folder)
    whole = file.read_bytes()
    position = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.binary(max_size=3))
    damaged = whole[:position] + damage + whole[position + data.draw(st.integers(0, 5)) :]
    file.write_bytes(damaged)
    assert (entry(folder).load() is None) == (damaged != whole)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'["x", "", [], {}, [], []]',
        b'["x", "", [], [], [], [[1]]]',
        b"\xff",
    ],
)
def test_a_foreign_entry_counts_as_none(folder: CacheFolder, payload: bytes) -> None:
    import hashlib

    entry(folder).store([FINDING], [], {})
    file = stored_file(folder)
    content = json.loads(file.read_bytes().partition(b"\n")[2])[0]
    payload = payload.replace(b'"x"', json.dumps(content).encode())
    checksum = hashlib.blake2b(payload, digest_size=16).hexdigest().encode()
    file.write_bytes(checksum + b"\n" + payload)
    loaded = entry(folder).load()
    assert loaded is None or loaded == ((), (), {}, [])
    assert (loaded is not None) == payload.endswith(b", {}, [], []]")


def test_the_folder_is_marked_as_a_cache_and_hidden_from_git(folder: CacheFolder) -> None:
    entry(folder).store([], [], {})
    path = Path(folder.path)
    assert (path / ".gitignore").read_text() == "*\n"
    mark = (path / "CACHEDIR.TAG").read_text()
    assert mark.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert sorted(one.name for one in path.iterdir()) == [
        ".gitignore",
        __version__,
        "CACHEDIR.TAG",
    ]
    assert [one.suffix for one in path.rglob("*") if one.is_file() and one.parent != path] == [
        ".json"
    ]


def test_a_folder_that_cannot_be_made_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = CacheFolder(str(tmp_path / "file" / "cache"))
    entry(folder).store([], [], {})
    assert folder.problem == f"the cache {folder.path} cannot be written: Not a directory"
    assert entry(folder).load() is None


class Counting:
    """A rule that counts how often it runs, and looks up a class of another module."""

    def __init__(self) -> None:
        self.runs = 0
        self.raises = False

    def __call__(self, program: Any) -> Iterator[Finding]:
        self.runs += 1
        program.module.project.module("neighbour")
        yield Finding(Span(Position(1, 1), Position(1, 4)), "found BAD")
        if self.raises:
            raise ValueError

    def rule(self) -> Rule:
        return Rule(
            "CKP201",
            "counting",
            "counting",
            Severity.ERROR,
            ((b"BAD",),),
            FixAvailability.NEVER,
            (Evidence.STATIC,),
            self,
        )


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counting:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text("BAD = 1\n")
    return Counting()


def run(counting: Counting, **changes: Any) -> CheckResult:
    values: dict[str, Any] = {"ignore_noqa": False, "fix_mode": FixMode.NONE, "is_explicit": False}
    values |= {key: changes.pop(key) for key in values if key in changes}
    is_explicit = values.pop("is_explicit")
    here = str(Path.cwd())
    settings = Settings(root=here, src=(here,), cache_dir=f"{here}/cache")
    target = Target("a.py", settings._replace(**changes), is_explicit)
    registry = registry_of(counting.rule(), word_rule("CKP301", "other", "OTHER"))
    return check(CheckRequest([target], registry=registry, use_cache=True, **values))


def test_a_file_that_is_unchanged_is_not_checked_again(counting: Counting) -> None:
    first = run(counting)
    assert [finding.message for finding in first.findings] == ["found BAD"]
    assert vars(run(counting)) == vars(first)
    assert counting.runs == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"ignore_noqa": True},
        {"is_explicit": True},
        {"selections": (RuleSelection("test.toml", ignore=("CKP301",)),)},
        {"src": ()},
        {"fix_mode": FixMode.DIFF},
    ],
)
def test_other_settings_have_other_results(counting: Counting, changes: dict[str, Any]) -> None:
    run(counting)
    run(counting, **changes)
    assert counting.runs == 2


@pytest.mark.parametrize("name", ["neighbour.py", "neighbour/__init__.py"])
def test_a_file_that_a_finding_rests_on_makes_it_checked_again(
    counting: Counting, name: str
) -> None:
    run(counting)
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("x = 1\n")
    run(counting)
    run(counting)
    assert counting.runs == 2
    Path(name).unlink()
    run(counting)
    assert counting.runs == 3


def test_another_version_of_earth2studio_makes_it_checked_again(counting: Counting) -> None:
    packages = Path("env", "site-packages")
    packages.mkdir(parents=True)
    environment = str(packages.absolute())
    for version in ("0.18.0", "0.19.0"):
        Path("uv.lock").write_text(f'name = "earth2studio"\nversion = "{version}"\n')
        run(counting, environment=environment)
        run(counting, environment=environment)
    assert counting.runs == 2
    run(counting, environment=environment, earth2studio_version="0.19.0")
    assert counting.runs == 3
    (packages / "earth2studio-0.19.0.dist-info").mkdir()
    run(counting, environment=environment)
    assert counting.runs == 4


def test_a_file_that_changes_a_modules_name_makes_it_checked_again(counting: Counting) -> None:
    run(counting)
    Path("__init__.py").write_text("")
    run(counting)
    assert counting.runs == 2


def test_faults_are_never_kept(counting: Counting) -> None:
    counting.raises = True
    assert run(counting).faults == run(counting).faults != []
    assert counting.runs == 2


def test_what_was_not_judged_is_told_each_time(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = property(lambda program: ("`f` is too large", "`g` is too large"))
    monkeypatch.setattr("ckptlint.program.program.Program.gave_up", reasons)
    told = ["a.py: `f` is too large", "a.py: `g` is too large"]
    assert run(counting).warnings == told
    assert run(counting).warnings == told
    assert counting.runs == 1
    assert run(counting, fix_mode=FixMode.DIFF).warnings == told


def test_a_rule_pack_that_is_edited_is_run_again(tmp_path: Path, counting: Counting) -> None:
    pack = tmp_path / "pack" / "rule.py"
    pack.parent.mkdir()
    pack.write_text("x = 1\n")
    here = str(Path.cwd())
    settings = Settings(root=here, src=(here,), cache_dir=f"{here}/cache")
    registry = Registry(registry_of(counting.rule()).rules, files=(str(pack),))
    request = CheckRequest([Target("a.py", settings)], registry=registry, use_cache=True)
    check(request)
    check(request)
    assert counting.runs == 1
    os.utime(pack, ns=(1, 1))
    check(request)
    assert counting.runs == 2


def test_an_unwritable_cache_is_a_warning(counting: Counting) -> None:
    Path("cache").write_text("")
    result = run(counting)
    assert result.warnings == [f"the cache {Path.cwd()}/cache cannot be written: File exists"]
    assert [finding.message for finding in result.findings] == ["found BAD"]


def test_without_a_cache_nothing_is_written(counting: Counting) -> None:
    here = str(Path.cwd())
    settings = Settings(root=here, src=(here,), cache_dir=f"{here}/cache")
    check(CheckRequest([Target("a.py", settings)], registry=registry_of(counting.rule())))
    assert [path.name for path in Path.cwd().iterdir()] == ["a.py"]
