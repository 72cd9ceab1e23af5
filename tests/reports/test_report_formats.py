from __future__ import annotations

import subprocess
import sys

import pytest
from report_samples import SAMPLE, make_options

from ckptlint.reports.format_table import UnknownFormat
from ckptlint.reports.formats import DEFAULT_FORMAT, FORMATS

ENGLISH = {"full", "concise", "grouped"}


def test_names_are_those_that_the_command_line_documents() -> None:
    assert list(FORMATS) == [
        "full",
        "concise",
        "grouped",
        "json",
        "json-lines",
        "junit",
        "github",
        "gitlab",
        "azure",
        "pylint",
        "rdjson",
        "sarif",
    ]
    assert DEFAULT_FORMAT in FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders(name: str) -> None:
    text = FORMATS.load(name)(SAMPLE, make_options())
    assert "CKP201" in text
    assert text.endswith("\n")
    assert FORMATS.find(name).for_people == (name in ENGLISH)


@pytest.mark.parametrize("name", ["jsonl", "JSON", "", "text", "full "])
def test_unknown_format_is_an_error(name: str) -> None:
    with pytest.raises(UnknownFormat):
        FORMATS.load(name)


def test_unknown_format_names_what_was_meant_and_what_there_is() -> None:
    with pytest.raises(UnknownFormat) as caught:
        FORMATS.find("sariff")
    assert str(caught.value) == (
        "unknown output format `sariff` (did you mean `sarif`?): "
        "choose one of full, concise, grouped, json, json-lines, junit, github, "
        "gitlab, azure, pylint, rdjson, sarif"
    )
    assert caught.value.name == "sariff"


def test_a_format_is_imported_only_when_it_is_used() -> None:
    program = (
        "import sys\n"
        "from ckptlint.reports.formats import FORMATS\n"
        "FORMATS.load('concise')\n"
        "others = {'frame', 'json_lines', *FORMATS} - {'concise'}\n"
        "loaded = {name.removeprefix('ckptlint.reports.') for name in sys.modules}\n"
        "slow = {n for n in ['astroid', 'json', 'hashlib', 'xml'] if n in sys.modules}\n"
        "print(sorted(others & loaded - {'json'} | slow))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
