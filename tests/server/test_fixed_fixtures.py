"""What an editor makes of a text is what ``ckptlint check --fix`` makes of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from acting import FIXTURES, after

from ckptlint.engine.checker import Checker
from ckptlint.engine.directives import Form
from ckptlint.engine.live import LiveChecker
from ckptlint.engine.outcome import FixMode
from ckptlint.engine.registry import load_registry
from ckptlint.engine.selection import select_rules
from ckptlint.engine.target import Profile, Target, Ways
from ckptlint.server.actions import Offer, What, edit_of, offers_for
from ckptlint.server.documents import OpenDocument
from ckptlint.server.edits import rewriting_edit
from ckptlint.server.inspection import Checked
from ckptlint.server.text import Text
from ckptlint.settings.settings import Settings
from ckptlint.sources.document import kind_of, read_document

_GOLDEN = Path(__file__).parents[1] / "rules" / "golden"
_FIXED = [
    FIXTURES / folder.name / min(path.name for path in folder.iterdir())
    for folder in sorted(_GOLDEN.glob("ckp*"))
]
"""A fixture of each rule that has fixes."""
_ALL = [*_FIXED, FIXTURES / "guide.md", FIXTURES / "notebook.ipynb"]
REGISTRY = load_registry()
URI = "file:///fixture"


@pytest.fixture(scope="module")
def live() -> LiveChecker:
    return LiveChecker(REGISTRY)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("root")
    packages = root / "site-packages"
    packages.mkdir()
    return Settings(
        root=str(root),
        src=(str(FIXTURES / "rollouts"),),
        environment=str(packages),
        unsafe_fixes=True,
    )


def opened(path: Path, text: str) -> OpenDocument:
    return OpenDocument(URI, 1, str(path), kind_of(path.name), Text(text))


def text_of(path: Path, end: str = "\n") -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read().replace("\n", end)


@pytest.fixture(scope="module")
def command() -> Checker:
    """What ``ckptlint check --fix`` checks with, but for the writing."""
    return Checker(REGISTRY, Ways(FixMode.DIFF))


def fixed_by(command: Checker, path: Path, text: str, settings: Settings) -> str:
    selection = select_rules(REGISTRY, settings.selections, ())
    target = Target(str(path), settings, is_explicit=True)
    outcome = command.check_data(target, Profile(settings, selection), text.encode())
    assert outcome.faults == ()
    assert outcome.diff is not None
    return outcome.diff.data.decode()


def first_fix(checked: Checked) -> Offer | None:
    offers = (
        offer for one in checked.outcome.findings for offer in offers_for(checked, one, Form.NOQA)
    )
    return next((offer for offer in offers if offer.change.what is What.FIX), None)


@pytest.mark.parametrize("path", _ALL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_all_at_once_and_one_after_the_other(
    path: Path, settings: Settings, live: LiveChecker, command: Checker
) -> None:
    target = Target(str(path), settings, is_explicit=True)
    text = text_of(path, "\r\n" if path.suffix == ".py" else "\n")
    expected = fixed_by(command, path, text, settings)

    document = opened(path, text)
    diff = live.fix(target, document.data, unsafe=True).diff
    assert diff is not None
    fixed = read_document(document.path, diff.data)
    assert after(text, rewriting_edit(document, fixed, is_versioned=True), URI) == expected

    for _ in range(20):
        document = opened(path, text)
        checked = Checked(document, settings, live.check(target, document.data))
        offer = first_fix(checked)
        if offer is None:
            break
        edit = edit_of(checked, offer.change, Form.NOQA, is_versioned=True)
        assert edit is not None
        text = after(text, edit, URI)
    assert text == expected
