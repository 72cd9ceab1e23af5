from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from verify_samples import SAMPLE, make_options

from ckptlint.reports.format_table import UnknownFormat
from ckptlint.verify.reports.formats import DEFAULT_FORMAT, FORMATS

TORCH = ("torch", "numpy", "earth2studio")


def test_names() -> None:
    assert list(FORMATS) == ["full", "json", "junit", "github", "sarif"]
    assert DEFAULT_FORMAT in FORMATS
    assert [name for name in FORMATS if FORMATS.find(name).for_people] == ["full"]


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("full", "models/persistence.py"),
        ("json", "{"),
        ("junit", "<?xml"),
        ("github", "::"),
        ("sarif", "{"),
    ],
)
def test_each_renders(name: str, opening: str) -> None:
    text = FORMATS.load(name)(SAMPLE, make_options())
    assert text.startswith(opening)
    assert text.endswith("\n")


@pytest.mark.parametrize("look_up", [FORMATS.find, FORMATS.load])
def test_unknown(look_up: object) -> None:
    assert callable(look_up)
    with pytest.raises(UnknownFormat) as caught:
        look_up("junti")
    assert str(caught.value) == (
        "unknown output format `junti` (did you mean `junit`?): "
        "choose one of full, json, junit, github, sarif"
    )


def imported_by(code: str) -> set[str]:
    """Run `code` in a process of its own and give the top names of the modules it imports."""
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(run.stdout.split())


def test_reports_import_nothing_that_is_slow() -> None:
    code = "from ckptlint.verify.reports.formats import *\n"
    code += "for name in FORMATS: FORMATS.load(name)\n"
    code += "import ckptlint.verify.reports.live, ckptlint.verify.reports.plot"
    assert imported_by(code).isdisjoint({*TORCH, "matplotlib", "rich"})
    # The control: what draws does import what it draws with.
    assert {"matplotlib", "rich"} <= imported_by(
        "import ckptlint.verify.reports.figure, ckptlint.verify.reports.rich_table"
    )


def test_no_report_names_a_module_of_a_rollout() -> None:
    import ckptlint.verify.reports as package

    files = [*Path(str(package.__file__)).parent.glob("*.py")]
    assert len(files) > 10
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not any(f"import {name}" in text or f"from {name}" in text for name in TORCH)
