from __future__ import annotations

import subprocess
import sys

import pytest
from report_samples import SAMPLE, make_options

from ckptlint.reports.formats import (
    DEFAULT_FORMAT,
    FORMATS,
    UnknownFormat,
    find_format,
    load_renderer,
)

ENGLISH = {"full", "concise", "grouped"}


def test_names_are_those_that_the_command_line_documents() -> None:
    assert list(FORMATS) == [
        "full",
        "concise",
        "grouped",
        "json",
        "json-lines",
        "github",
        "sarif",
    ]
    assert DEFAULT_FORMAT in FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders(name: str) -> None:
    text = load_renderer(name)(SAMPLE, make_options())
    assert "CKP201" in text
    assert text.endswith("\n")
    assert find_format(name).closing_lines == (name in ENGLISH)


@pytest.mark.parametrize("name", ["jsonl", "JSON", "", "text", "full "])
def test_unknown_format_is_an_error(name: str) -> None:
    with pytest.raises(UnknownFormat):
        load_renderer(name)


def test_unknown_format_names_what_was_meant_and_what_there_is() -> None:
    with pytest.raises(UnknownFormat) as caught:
        find_format("sariff")
    assert str(caught.value) == (
        "unknown output format `sariff` (did you mean `sarif`?): "
        "choose one of full, concise, grouped, json, json-lines, github, sarif"
    )
    assert caught.value.name == "sariff"


def test_a_format_is_imported_only_when_it_is_used() -> None:
    program = (
        "import sys\n"
        "from ckptlint.reports.formats import load_renderer\n"
        "load_renderer('concise')\n"
        "others = {'full', 'frame', 'sarif', 'json', 'github', 'grouped'}\n"
        "loaded = {name.removeprefix('ckptlint.reports.') for name in sys.modules}\n"
        "print(sorted(others & loaded - {'json'} | {n for n in ['astroid', 'json', 'hashlib']"
        " if n in sys.modules}))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
