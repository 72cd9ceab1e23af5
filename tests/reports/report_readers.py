"""Readers of every report, which know nothing of how it is written.

Each reads a report back into the findings that remain. Where the reader of a format is at hand it
is used: junitparser, sarif-tools. Others are written from what the service documents, or from what
it does with a line: GitHub's runner, the agent of Azure Pipelines, parsers of pylint's output.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import category
from urllib.parse import unquote, urlsplit

from junitparser import Failure, JUnitXml
from sarif.sarif_file import SarifFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Read(NamedTuple):
    """A finding as a reader finds it; `text` begins with the message, and may explain it."""

    path: str
    cell: int | None
    line: int
    column: int | None
    code: str
    text: str


def blurred(text: str) -> str:
    """Give `text` with one sign for all that a report may have to write in another way.

    These are control characters and halves of surrogate pairs, and what stands for them.
    """
    unlike = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "".join(
        "?"
        if category(each) in unlike or "\u2400" <= each <= "\u2421" or each in "\ufffd\ufffe\uffff"
        else each
        for each in text.replace("\t", "    ")
    )


def disagreements(truth: list[Read], read: list[Read]) -> list[tuple[Read | None, Read | None]]:
    """Pair what a report says with what is true, and give the pairs that do not agree."""

    def key(one: Read) -> tuple[object, ...]:
        return (blurred(one.path), one.cell or 0, one.line, one.code, blurred(one.text))

    ordered, found = sorted(truth, key=key), sorted(read, key=key)
    pairs = [*zip(ordered, found, strict=False)]
    unpaired: list[tuple[Read | None, Read | None]] = [
        *((one, None) for one in ordered[len(pairs) :]),
        *((None, one) for one in found[len(pairs) :]),
    ]
    return [*((one, other) for one, other in pairs if not _agree(one, other)), *unpaired]


def _agree(truth: Read, read: Read) -> bool:
    message, text = blurred(truth.text), blurred(read.text)
    rest = text[len(message) :]
    return (
        blurred(truth.path) == blurred(read.path)
        and (truth.cell, truth.line, truth.code) == (read.cell, read.line, read.code)
        and read.column in (truth.column, None)
        and text.startswith(message)
        # What explains a message stands on lines of its own, or is the proof in brackets.
        and (not rest or rest.startswith(("?", " [")))
    )


def read_json(text: str, root: str) -> list[Read]:
    return [_of_record(record, root) for record in json.loads(text) if not record.get("fixed")]


def read_json_lines(text: str, root: str) -> list[Read]:
    records = map(json.loads, text.splitlines())
    return [_of_record(record, root) for record in records if not record.get("fixed")]


def _of_record(record: Any, root: str) -> Read:
    location = record["location"]
    return Read(
        record["filename"].removeprefix(f"{root}/"),
        record["cell"],
        location["row"],
        location["column"],
        record["code"],
        record["message"],
    )


_PLACE = r"(?P<path>.*?):(?:cell (?P<cell>\d+):)?(?P<line>\d+):(?P<column>\d+)"
_MARK = r"(?P<mark>\[(?:\*|proved|fixed)\] )?"
_CONCISE = re.compile(rf"{_PLACE}: (?P<code>[A-Z]+\d+) {_MARK}(?P<text>.*)")
_TITLE = re.compile(rf"(?P<code>[A-Z]+\d+) {_MARK}(?P<text>.*)")
_ARROW = re.compile(rf" *--> {_PLACE}")
_ROW = re.compile(
    r" +(?:cell (?P<cell>\d+):)?(?P<line>\d+):(?P<column>\d+) +(?P<code>[A-Z]+\d+) "
    rf"{_MARK}(?P<text>.*)"
)


def read_concise(text: str, root: str) -> list[Read]:
    return [_of_groups(_matched(_CONCISE, line)) for line in text.splitlines() if _is_open(line)]


def read_full(text: str, root: str) -> list[Read]:
    lines = text.splitlines()
    found = []
    for title, arrow in pairwise(lines):
        above, below = _TITLE.fullmatch(title), _ARROW.fullmatch(arrow)
        if above and below and above["mark"] != "[fixed] ":
            found.append(_of_groups({**below.groupdict(), **above.groupdict()}))
    return found


def read_grouped(text: str, root: str) -> list[Read]:
    found, path = [], ""
    for line in filter(None, text.splitlines()):
        if line.startswith(" "):
            if _is_open(line):
                found.append(_of_groups({**_matched(_ROW, line), "path": path}))
        else:
            path = line.removesuffix(":")
    return found


def _is_open(line: str) -> bool:
    return "[proved] " not in line


def _matched(pattern: re.Pattern[str], line: str) -> dict[str, str | None]:
    match = pattern.fullmatch(line)
    assert match is not None, line
    return match.groupdict()


def _of_groups(groups: Mapping[str, str | None]) -> Read:
    cell, column = groups.get("cell"), groups.get("column")
    return Read(
        groups["path"] or "",
        int(cell) if cell else None,
        int(groups["line"] or 0),
        int(column) if column else None,
        groups["code"] or "",
        groups["text"] or "",
    )


def read_junit(text: str, root: str) -> list[Read]:
    """Read the failures by junitparser: the place stands before the message, in its text."""
    found = []
    for suite in JUnitXml.fromstring(text.encode()):
        for case in suite:
            for outcome in case.result:
                if isinstance(outcome, Failure):
                    place = str(outcome.text).removeprefix(f"{case.classname}:")
                    match = re.match(r"(?:cell (\d+):)?(\d+):(\d+): (\S+) (.*)", place, re.DOTALL)
                    assert match is not None, outcome.text
                    cell, line, column, code, whole = match.groups()
                    assert whole.startswith(outcome.message)
                    cell_number = int(cell) if cell else None
                    found.append(
                        Read(case.classname, cell_number, int(line), int(column), code, whole)
                    )
    return found


def workflow_commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Read workflow commands as GitHub's runner does, line by line."""
    data = {"%0D": "\r", "%0A": "\n", "%25": "%"}
    of_properties = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    for line in re.split(r"\r\n|\r|\n", text):
        stripped = line.lstrip()
        end = stripped.find("::", 2)
        if not stripped.startswith("::") or end < 0:
            continue
        name, _, listed = stripped[2:end].partition(" ")
        pairs = (pair.split("=", 1) for pair in listed.strip().split(",") if pair)
        properties = {key: _unescaped(value, of_properties) for key, value in pairs}
        yield name, properties, _unescaped(stripped[end + 2 :], data)


def _unescaped(text: str, mapping: Mapping[str, str]) -> str:
    for escaped, token in mapping.items():
        text = text.replace(escaped, token)
    return text


def read_github(text: str, root: str) -> list[Read]:
    found = []
    for name, properties, message in workflow_commands(text):
        if name == "notice":
            continue
        path = properties["file"].removeprefix(f"{root}/")
        match = re.match(r"(?:cell (\d+):)?(\d+):(\d+): (\S+) (.*)", message[len(path) + 1 :], re.S)
        assert match is not None, message
        cell, line, column, code, whole = match.groups()
        assert cell or properties["line"] == line
        assert properties["title"] == f"ckptlint ({code})"
        found.append(Read(path, int(cell) if cell else None, int(line), int(column), code, whole))
    return found


def logging_commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Read logging commands as the agent of Azure Pipelines does, line by line."""
    mapping = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}
    for line in re.split(r"\r\n|\r|\n", text):
        start = line.find("##vso[")
        end = line.find("]", start)
        if start < 0 or end < 0:
            continue
        name, _, listed = line[start + len("##vso[") : end].partition(" ")
        pairs = (pair.split("=", 1) for pair in listed.split(";") if pair)
        properties = {key: _unescaped(value, mapping) for key, value in pairs}
        yield name, properties, _unescaped(line[end + 1 :], mapping)


def read_azure(text: str, root: str) -> list[Read]:
    found = []
    for name, properties, message in logging_commands(text):
        assert name == "task.logissue"
        path = properties["sourcepath"].removeprefix(f"{root}/")
        line, column = int(properties["linenumber"]), int(properties["columnnumber"])
        found.append(_in_cell(Read(path, None, line, column, properties["code"], message)))
    return found


def _in_cell(read: Read) -> Read:
    """Take cell and position of a notebook from the beginning of its message."""
    if not read.path.endswith(".ipynb"):
        return read
    match = re.match(r"cell (\d+):(\d+):(\d+): (.*)", read.text, re.DOTALL)
    assert match is not None, read.text
    cell, line, column, text = match.groups()
    return read._replace(cell=int(cell), line=int(line), column=int(column), text=text)


# The shape that pylint's documentation gives for its output.
_PYLINT = re.compile(r"(.*?):(\d+): \[([A-Z]+\d+)\(([\w-]+)\), (.*?)\] (.*)")


def read_pylint(text: str, root: str) -> list[Read]:
    found = []
    for line in text.splitlines():
        match = _PYLINT.fullmatch(line)
        assert match is not None, line
        path, number, code, _, _, message = match.groups()
        found.append(_in_cell(Read(path, None, int(number), None, code, message)))
    return found


def read_gitlab(text: str, root: str) -> list[Read]:
    found = []
    for issue in json.loads(text):
        location = issue["location"]
        begin = location["positions"]["begin"]
        assert location["lines"]["begin"] == begin["line"]
        message = issue["description"].removeprefix(f"{issue['check_name']}: ")
        read = Read(
            location["path"], None, begin["line"], begin["column"], issue["check_name"], message
        )
        found.append(_in_cell(read))
    return found


def read_rdjson(text: str, root: str, lines: Callable[[str, int], str]) -> list[Read]:
    """Read diagnostics; `lines` gives the text of a line, by which bytes become characters."""
    found = []
    for each in json.loads(text)["diagnostics"]:
        path, start = each["location"]["path"], each["location"]["range"]["start"]
        column = start.get("column")
        if column is not None and column > 1:
            before = lines(path, start["line"]).encode("utf-8", "surrogatepass")[: column - 1]
            column = len(before.decode("utf-8", "surrogatepass")) + 1
        read = Read(path, None, start["line"], column, each["code"]["value"], each["message"])
        found.append(_in_cell(read))
    return found


def read_sarif(text: str, root: str) -> list[Read]:
    """Read results by sarif-tools, and what it does not tell from the log itself."""
    log = json.loads(text)
    (run,) = log["runs"]
    reader = SarifFile("report.sarif", log, mtime=1.0)
    found = []
    for result in run["results"]:
        if result.get("kind") == "pass":
            continue
        record = reader.runs[0].result_to_record(result)
        (location,) = result["locations"]
        cell = location.get("properties", {}).get("cell")
        in_file = location["physicalLocation"].get("region")
        region = in_file if cell is None else location["properties"]
        path = unquote(urlsplit(record["Location"]).path, errors="replace")
        assert record["Line"] == (in_file["startLine"] if in_file else "1")
        found.append(
            Read(
                path,
                cell,
                region["startLine"],
                region["startColumn"],
                record["Code"],
                record["Description"],
            )
        )
    return found
