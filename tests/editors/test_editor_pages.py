"""docs/editors.md shows the very snippets that are driven; that of Helix is read, not run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
EDITORS = CHECKOUT / "editors"
SNIPPETS = sorted(
    path.relative_to(EDITORS).as_posix()
    for folder in ("neovim", "emacs", "helix")
    for path in (EDITORS / folder).iterdir()
)


def test_no_snippet_is_forgotten() -> None:
    assert SNIPPETS == [
        "emacs/ckptlint.el",
        "helix/languages.toml",
        "neovim/ckptlint-before-0.11.lua",
        "neovim/ckptlint.lua",
    ]


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_page_shows_the_file(name: str) -> None:
    page = (CHECKOUT / "docs" / "editors.md").read_text("utf-8")
    shown = re.findall(r"```(?:lua|elisp|toml)\n(.*?)```", page, re.DOTALL)
    assert len(shown) == len(SNIPPETS)
    assert (EDITORS / name).read_text("utf-8") in shown
    assert f"](../editors/{name})" in page


def test_helix_is_told_of_the_server_by_keys_that_it_documents() -> None:
    told = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text("utf-8"))
    assert told == {
        "language-server": {"ckptlint": {"command": "ckptlint", "args": ["server"]}},
        "language": [
            {"name": "python", "language-servers": ["pylsp", "ckptlint"]},
            {"name": "markdown", "language-servers": ["marksman", "ckptlint"]},
        ],
    }
