"""What a fixture or an example expects, written in its own comments, and what the engine finds."""

from __future__ import annotations

import re
from ast import literal_eval
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.check import CheckRequest, FixMode, Target, check, check_text
from ckptlint.engine.registry import load_registry
from ckptlint.settings.settings import RuleSelection, Settings

if TYPE_CHECKING:
    from ckptlint.engine.result import CheckResult

MARK = "# error: "
FIXTURES = Path(__file__).parents[2] / "fixtures"
_OF_OTHER_FORMATS = ("CKP101", "CKP201", "CKP301", "CKP901", "CKP902")
"""The notebook and the Markdown file show where findings stand there, with a few rules."""
_FOLDER_OF_A_RULE = re.compile(r"ckp\d{3}")
REGISTRY = load_registry()


class Expected(NamedTuple):
    """A finding as its reader sees it; `cell` is the notebook's cell, 0 in every other file."""

    cell: int
    line: int
    column: int
    code: str
    message: str


def expected_in(text: str, cell: int = 0, code: str | None = None) -> list[Expected]:
    """Read the comments ``# error: COLUMN, CODE, "MESSAGE"``, without CODE where it is given."""
    found = []
    for line, content in enumerate(text.splitlines(), 1):
        for comment in content.split(MARK)[1:]:
            column, _, rest = comment.partition(", ")
            own_code, rest = (code, rest) if code else rest.split(", ", 1)
            assert own_code is not None
            found.append(Expected(cell, line, int(column), own_code, literal_eval(rest.strip())))
    return sorted(found)


def rules_of(fixture: Path) -> tuple[str, ...]:
    """Give the codes of the rules that a fixture is about; none where all rules must agree."""
    folder = fixture.parent.name
    if _FOLDER_OF_A_RULE.fullmatch(folder):
        return (folder.upper(),)
    return _OF_OTHER_FORMATS if fixture.suffix != ".py" else ()


def without_expectations(text: str) -> str:
    """Take the comments out, with the white space before them; line ends stay."""
    lines = []
    for line in text.splitlines(keepends=True):
        code, mark, comment = line.partition(MARK)
        end = comment[len(comment.rstrip("\r\n")) :]
        lines.append(code.rstrip(" ") + end if mark else line)
    return "".join(lines)


def settings_for(root: Path, *select: str, unsafe: bool = False) -> Settings:
    """Give the default settings, with no installed packages to look names up in.

    What the fixtures share lies in `fixtures/rollouts`.
    """
    selections = (RuleSelection("test", select=select),) if select else ()
    packages = root / "site-packages"
    packages.mkdir(exist_ok=True)
    return Settings(
        root=str(root),
        selections=selections,
        unsafe_fixes=unsafe,
        src=(str(root), str(FIXTURES / "rollouts")),
        environment=str(packages),
    )


def check_file(file: Path, settings: Settings) -> CheckResult:
    """Check a file as if the user had named it."""
    return check(CheckRequest([_target(file, settings)], registry=REGISTRY))


def fix_data(data: bytes, file: Path, settings: Settings) -> CheckResult:
    """Fix `data` as the content of `file`; nothing is written."""
    request = CheckRequest([], FixMode.DIFF, registry=REGISTRY)
    return check_text(data, _target(file, settings), request)


def found_in(result: CheckResult) -> list[Expected]:
    """Give the findings of a run in the form in which they are expected."""
    assert result.faults == []
    return sorted(
        Expected(
            finding.place.cell or 0,
            finding.place.span.start.line,
            finding.place.span.start.column,
            finding.code,
            finding.message,
        )
        for finding in result.findings
    )


def _target(file: Path, settings: Settings) -> Target:
    return Target(str(file), settings, is_explicit=True, shown_as=file.name)
