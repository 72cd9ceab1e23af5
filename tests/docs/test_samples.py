"""Every code block of the documentation runs, or is what its language and ckptlint take."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from sample_blocks import faults_of, is_runnable
from sample_commands import faults_of_commands, faults_of_python, run
from samples import ROOT, Sample, pages, samples_of

if TYPE_CHECKING:
    from pathlib import Path

PAGES = pages()
SAMPLES = {page: samples_of(page) for page in PAGES}
NEEDS_VERIFY = ("ckptlint verify", "--prove", "pytest")
RUNS_SLOW_ONES = os.environ.get("CKPTLINT_SAMPLES") == "all"
HAS_VERIFY = find_spec("earth2studio") is not None


def needs_verify(sample: Sample) -> bool:
    return is_run(sample) and any(word in sample.text for word in NEEDS_VERIFY)


def is_run(sample: Sample) -> bool:
    """Whether the commands of a block are run here and now."""
    is_slow = sample.slow and not RUNS_SLOW_ONES
    return sample.language == "console" and not sample.reasons and not is_slow


def commands(page: str) -> list[Sample]:
    return [sample for sample in SAMPLES[page] if is_run(sample) or sample.files or sample.setups]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a page: a project without settings that holds the fixtures."""
    for variable in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CKPTLINT_OUTPUT_FORMAT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    made = tmp_path / "project"
    made.mkdir()
    shutil.copytree(
        ROOT / "fixtures", made / "fixtures", ignore=shutil.ignore_patterns("__pycache__")
    )
    return made


def faults_of_page(samples: list[Sample], folder: Path) -> list[str]:
    """Write the files of a page and run its commands, in the order of the page."""
    faults = []
    for sample in samples:
        for setup in sample.setups:
            faults += [f"{sample.place}: {text}" for text in [run(setup, folder)] if text]
        for name in sample.files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(sample.text, encoding="utf-8")
        if is_run(sample):
            faults += faults_of_commands(sample, folder)
    return faults


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_are_right(page: str, tmp_path: Path) -> None:
    faults = [fault for sample in SAMPLES[page] for fault in faults_of(sample, tmp_path)]
    assert "\n".join(faults) == ""


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(is_run, SAMPLES[page]))])
def test_the_commands_of_a_page_print_what_it_shows(page: str, folder: Path) -> None:
    samples = commands(page)
    if not HAS_VERIFY and any(map(needs_verify, samples)):
        pytest.skip("rollouts need the extra `verify`")
    assert "\n\n".join(faults_of_page(samples, folder)) == ""


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(is_runnable, SAMPLES[page]))])
def test_the_python_of_a_page_runs(page: str, folder: Path) -> None:
    if not HAS_VERIFY:
        pytest.skip("models need the extra `verify`")
    assert faults_of_python([*filter(is_runnable, SAMPLES[page])], folder) == []


def test_the_pages_have_samples_of_each_kind() -> None:
    samples = [sample for page in PAGES for sample in SAMPLES[page]]
    counts = {
        name: sum(sample.language == name for sample in samples)
        for name in ("python", "console", "bash", "toml", "yaml", "json")
    }
    assert min(counts.values()) > 0, counts
