from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from engine_doubles import make_rule

from ckptlint.engine.packs import PackEntry, installed_packs
from ckptlint.engine.registry import Registry, load_registry

RULE_SOURCE = '''"""{name}."""
from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="{code}", name="{name}", documentation=__doc__, severity=Severity.ERROR, needles=(),
    fix=FixAvailability.NEVER, evidence=(Evidence.STATIC,), check=None,
)
'''


def write_rule(path: Path, code: str, name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RULE_SOURCE.format(code=code, name=name))


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable package, empty, with a name that no other test has."""
    name = f"pack_{uuid4().hex}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def load(pack: Path) -> Registry:
    return load_registry((PackEntry("extra", pack.name, "extra-rules", "1.0"),))


def test_every_module_below_a_pack_that_declares_a_rule_is_one(pack: Path) -> None:
    write_rule(pack / "second.py", "XYZ202", "second-rule")
    write_rule(pack / "group" / "first.py", "XYZ101", "first-rule")
    (pack / "group" / "__init__.py").write_text("")
    (pack / "words.py").write_text("WORDS = ()\n")
    (pack / "__main__.py").write_text("raise SystemExit('ran')\n")
    registry = load(pack)
    assert [(rule.code, rule.name) for rule in registry.rules] == [
        ("XYZ101", "first-rule"),
        ("XYZ202", "second-rule"),
    ]
    assert registry.faults == ()
    assert {Path(file).relative_to(pack).as_posix() for file in registry.files} == {
        "__init__.py",
        "group/__init__.py",
        "group/first.py",
        "second.py",
        "words.py",
    }


def test_a_module_that_raises_is_named_and_the_others_are_loaded(pack: Path) -> None:
    (pack / "broken.py").write_text("raise RuntimeError('no luck')\n")
    (pack / "leaving.py").write_text("raise SystemExit(3)\n")
    write_rule(pack / "sound.py", "XYZ101", "sound-rule")
    registry = load(pack)
    assert registry.faults == (
        f"rule pack extra: {pack.name}.broken cannot be imported: RuntimeError: no luck",
        f"rule pack extra: {pack.name}.leaving cannot be imported: SystemExit: 3",
    )
    assert [rule.code for rule in registry.rules] == ["XYZ101"]


def test_a_pack_that_is_not_there_is_a_fault() -> None:
    registry = load_registry((PackEntry("extra", "pack_that_is_not_there", "extra-rules", "1"),))
    assert registry.faults == (
        "rule pack extra: pack_that_is_not_there cannot be imported: "
        "ModuleNotFoundError: No module named 'pack_that_is_not_there'",
    )


def test_a_rule_must_be_a_rule(pack: Path) -> None:
    (pack / "odd.py").write_text("RULE = 'XYZ101'\n")
    assert load(pack).faults == (
        f"rule pack extra: {pack.name}.odd: RULE is a str, not a ckptlint.rule.Rule",
    )


@pytest.mark.parametrize("code", ["XY101", "XYZ10", "XYZ1011", "xyz101", "XYZ10A", "ÄBC101"])
def test_a_code_is_three_letters_and_three_digits(pack: Path, code: str) -> None:
    write_rule(pack / "odd.py", code, "odd-rule")
    assert load(pack).faults == (
        f"rule pack extra: {pack.name}.odd: the code {code!r} is not three capital letters and "
        "three digits",
    )


@pytest.mark.parametrize("name", ["", "Odd-rule", "odd rule", "odd--rule", "odd_rule"])
def test_a_name_is_kebab_case(pack: Path, name: str) -> None:
    write_rule(pack / "odd.py", "XYZ101", name)
    assert load(pack).faults == (
        f"rule pack extra: {pack.name}.odd: the name {name!r} of XYZ101 is not in kebab case",
    )


def test_a_check_needs_needles(pack: Path) -> None:
    source = RULE_SOURCE.format(code="XYZ101", name="odd-rule").replace("=None", "=iter")
    (pack / "odd.py").write_text(source)
    assert load(pack).faults == (
        f"rule pack extra: {pack.name}.odd: XYZ101 has a check but no needles, so no file would "
        "ever reach it",
    )


def test_a_code_or_name_that_is_taken_is_left_out(pack: Path) -> None:
    write_rule(pack / "a.py", "XYZ101", "one")
    write_rule(pack / "b.py", "XYZ101", "two")
    write_rule(pack / "c.py", "XYZ102", "one")
    registry = load(pack)
    assert registry.faults == (
        f"rule pack extra: {pack.name}.b: the code XYZ101 is taken by rule pack extra: "
        f"{pack.name}.a",
        f"rule pack extra: {pack.name}.c: the name one is taken by rule pack extra: {pack.name}.a",
    )
    assert [rule.name for rule in registry.rules] == ["one"]


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("ALL", ["ABC101", "CKP101", "CKP201"]),
        ("CKP", ["CKP101", "CKP201"]),
        ("CKP1", ["CKP101"]),
        ("CKP10", ["CKP101"]),
        ("CKP201", ["CKP201"]),
        ("late-save", ["CKP201"]),
        ("CKP3", []),
        ("CK", []),
        ("", []),
        ("ckp201", []),
        ("late", []),
    ],
)
def test_what_a_selector_stands_for(selector: str, codes: list[str]) -> None:
    rules = (
        make_rule("ABC101", "other-pack"),
        make_rule("CKP101", "early-restore"),
        make_rule("CKP201", "late-save"),
    )
    assert [rule.code for rule in Registry(rules).find(selector)] == codes


def write_distribution(folder: Path, name: str, entry_points: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "entry_points.txt").write_text(entry_points)


def test_packs_are_read_from_the_metadata_of_distributions(tmp_path: Path) -> None:
    write_distribution(
        tmp_path / "site",
        "Extra_rules-1.2.dist-info",
        "[console_scripts]\nextra = extra.cli:main\n\n"
        "[ckptlint.rules]\n# ours\nextra = extra.rules\nmore=extra.more:RULES [fast]\n\n"
        "[other]\nx = y\n",
    )
    write_distribution(tmp_path / "site", "plain-1.0.dist-info", "[console_scripts]\na = b:c\n")
    write_distribution(tmp_path / "develop", "old.egg-info", "[ckptlint.rules]\nold = old_rules\n")
    found = installed_packs([str(tmp_path / "site"), str(tmp_path / "develop"), "/not/there"])
    assert found == (
        PackEntry("extra", "extra.rules", "extra-rules", "1.2"),
        PackEntry("more", "extra.more", "extra-rules", "1.2"),
        PackEntry("old", "old_rules", "old", ""),
    )


def test_the_first_of_two_distributions_with_one_name_counts(tmp_path: Path) -> None:
    for folder, package in (("first", "one"), ("second", "two")):
        write_distribution(
            tmp_path / folder, f"extra-{package}.dist-info", f"[ckptlint.rules]\nx = {package}\n"
        )
    found = installed_packs([str(tmp_path / "first"), str(tmp_path / "second")])
    assert [entry.package for entry in found] == ["one"]


def test_packs_in_a_zip_archive_are_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "extra.zip", "w") as archive:
        archive.writestr("extra-3.0.dist-info/METADATA", "Name: extra\nVersion: 3.0\n")
        archive.writestr("extra-3.0.dist-info/entry_points.txt", "[ckptlint.rules]\nx = zipped\n")
    assert installed_packs([str(tmp_path / "extra.zip")]) == (
        PackEntry("x", "zipped", "extra", "3.0"),
    )


def test_the_current_folder_that_python_puts_first_is_no_place_for_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_distribution(tmp_path, "evil-1.dist-info", "[ckptlint.rules]\nevil = evil_rules\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert "evil" not in [entry.name for entry in installed_packs()]
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert "evil" in [entry.name for entry in installed_packs()]


def test_our_own_rules_are_found_as_a_pack() -> None:
    registry = load_registry()
    assert registry.faults == ()
    assert {"CKP900", "CKP901", "CKP902", "CKP903", "CKP904", "CKP905"} <= registry.by_code.keys()
    assert [rule.code for rule in registry.rules if not rule.on_by_default] == ["CKP903"]


def test_a_pack_without_a_rule_is_named(pack: Path) -> None:
    registry = load(pack)
    assert registry.rules == ()
    assert registry.faults == (f"rule pack extra: {pack.name} declares no RULE",)


def test_no_pack_takes_the_code_of_a_built_in_rule(pack: Path) -> None:
    write_rule(pack / "thief.py", "CKP301", "thief")
    built_in = PackEntry("ckptlint", "ckptlint_rules", "ckptlint", "")
    registry = load_registry((PackEntry("extra", pack.name, "extra-rules", "1.0"), built_in))
    assert registry.by_code["CKP301"].name == "redundant-flush"
    (fault,) = registry.faults
    assert fault.startswith(f"rule pack extra: {pack.name}.thief: the code CKP301 is taken by ")
