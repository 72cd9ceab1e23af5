from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from ckptlint.sources.walk import FileSelection, FoundFile, walk


class Pattern(NamedTuple):
    pattern: str
    base: str


DEFAULT_EXCLUDE = (".git", "venv", "site-packages", ".tox")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def make(*paths: str) -> None:
    for path in paths:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")


def ignore(path: str, *lines: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("\n".join(lines) + "\n")


def select(
    include: tuple[str, ...] = ("*.py", "*.md"),
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE,
    force_exclude: bool = False,
    respect_gitignore: bool = True,
) -> FileSelection:
    base = str(Path.cwd())
    return FileSelection(
        tuple(Pattern(one, base) for one in include),
        tuple(Pattern(one, base) for one in exclude),
        force_exclude,
        respect_gitignore,
    )


def find(*paths: str | Path, selection: FileSelection | None = None) -> list[str]:
    chosen = selection or select()
    return [found.path for found in walk(paths, lambda _: chosen)]


def test_folders_are_searched_in_order(project: Path) -> None:
    make("b/a.py", "b-c.py", "a.py", "b/c/d.md", "b/e.txt", "venv/a.py", "b/site-packages/a.py")
    assert find(".") == ["a.py", "b-c.py", "b/a.py", "b/c/d.md"]
    assert find("b") == find("./b/") == ["b/a.py", "b/c/d.md"]
    assert find(project / "b") == [f"{project}/b/a.py", f"{project}/b/c/d.md"]
    os.chdir("b")
    assert find("..") == ["../a.py", "../b-c.py", "../b/a.py", "../b/c/d.md"]


def test_each_file_is_found_once(project: Path) -> None:
    make("a.py", "b/c.py")
    found = list(walk(["b", ".", "a.py", "./a.py", project / "a.py"], lambda _: select()))
    assert found == [FoundFile("a.py", is_explicit=True), FoundFile("b/c.py", is_explicit=False)]


@pytest.mark.usefixtures("project")
def test_named_files_need_no_known_suffix() -> None:
    make("script", "venv/a.py")
    assert find("script", "venv/a.py") == ["script", "venv/a.py"]


@pytest.mark.usefixtures("project")
def test_force_exclude_holds_for_what_is_named() -> None:
    make("a.py", "venv/b/a.py", "old/a.py")
    selection = select(exclude=("venv", "old/*.py"), force_exclude=True)
    paths = ["a.py", "venv/b/a.py", "old/a.py", "venv", "venv/b"]
    assert find(*paths, selection=selection) == ["a.py"]


@pytest.mark.usefixtures("project")
def test_a_named_folder_is_entered_even_if_it_would_be_left_out() -> None:
    make("venv/site-packages/a/b.py", "venv/site-packages/.tox/c.py")
    ignore("venv/.gitignore", "*")
    ignore(".gitignore", "venv")
    Path(".git").mkdir()
    assert find("venv/site-packages") == ["venv/site-packages/a/b.py"]
    assert find(".") == []


@pytest.mark.usefixtures("project")
def test_patterns_with_a_path_start_at_the_base() -> None:
    make("docs/old/a.py", "src/docs/old/a.py", "docs/b.py")
    selection = select(exclude=("docs/old",))
    assert find(".", selection=selection) == ["docs/b.py", "src/docs/old/a.py"]
    assert find("docs", selection=selection) == ["docs/b.py"]


def test_each_folder_has_its_own_selection(project: Path) -> None:
    make("a.py", "a.md", "b/a.py", "b/a.md", "b/c/a.md")
    asked: list[str] = []

    def selection_for(folder: str) -> FileSelection:
        asked.append(folder)
        return select(include=("*.md",) if folder.startswith(f"{project}/b") else ("*.py",))

    assert [found.path for found in walk(["b", "a.py", "."], selection_for)] == [
        "a.py",
        "b/a.md",
        "b/c/a.md",
    ]
    assert set(asked) == {str(project), f"{project}/b", f"{project}/b/c"}


@pytest.mark.usefixtures("project")
def test_links_to_files_are_found_once() -> None:
    make("b.py", "other/c.txt")
    Path("a.py").symlink_to("b.py")
    Path("d.py").symlink_to("other/c.txt")
    Path("e.py").symlink_to("other/c.txt")
    assert find(".") == ["b.py", "d.py"]
    assert find("a.py", "b.py") == ["a.py"]


@pytest.mark.usefixtures("project")
def test_links_to_folders_are_not_followed() -> None:
    make("a/b.py")
    Path("a/loop").symlink_to("..", target_is_directory=True)
    Path("c.py").symlink_to("a", target_is_directory=True)
    assert find(".") == ["a/b.py"]
    assert find("c.py") == ["c.py/b.py"]
    assert find("c.py", "a") == ["c.py/b.py"]


@pytest.mark.usefixtures("project")
def test_what_cannot_be_read_is_told() -> None:
    make("a.py")
    Path("b.py").symlink_to("nothing")
    Path("c.py").symlink_to("c.py")
    Path("d.txt").symlink_to("nothing")
    errors: list[tuple[str, type[OSError]]] = []
    found = walk(
        [".", "missing.py"],
        lambda _: select(),
        on_error=lambda path, error: errors.append((path, type(error))),
    )
    assert [one.path for one in found] == ["a.py"]
    assert errors == [
        ("missing.py", FileNotFoundError),
        ("b.py", FileNotFoundError),
        ("c.py", OSError),
    ]


@pytest.mark.usefixtures("project")
def test_an_error_that_nobody_asks_for_is_raised() -> None:
    with pytest.raises(FileNotFoundError):
        find("missing.py")


@pytest.mark.usefixtures("project")
def test_a_folder_that_cannot_be_listed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.py", "b/c.py")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    errors: list[str] = []
    found = walk(["."], lambda _: select(), on_error=lambda path, _: errors.append(path))
    assert [one.path for one in found] == ["a.py"]
    assert errors == ["b"]


def test_names_that_are_no_unicode_survive(project: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    try:
        make(name)
    except OSError:
        pytest.skip("the file system takes Unicode only")
    ignore(".gitignore", "x.py")
    assert find(".") == [name]
    assert os.fsencode(find(".")[0]) == b"caf\xe9.py"


@pytest.mark.usefixtures("project")
def test_ignore_files_leave_out_files_and_folders() -> None:
    make("a.py", "b.py", "build/c.py", "src/d.py", "src/build/e.py", "src/f/g.py", "src/f/h.py")
    ignore(".gitignore", "# a comment", "/build/", "b.py", "", "trailing\\")
    ignore("src/.gitignore", "build", "f/*.py", "!f/g.py")
    assert find(".") == ["a.py", "src/d.py", "src/f/g.py"]
    assert find("b.py", "build") == ["b.py", "build/c.py"]
    assert find(".", selection=select(respect_gitignore=False)) == [
        "a.py",
        "b.py",
        "build/c.py",
        "src/build/e.py",
        "src/d.py",
        "src/f/g.py",
        "src/f/h.py",
    ]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["*", "!*/", "!*.py"], ["a.py", "c/d.py", "c/e/f.py"]),
        (["/*", "!/c"], ["c/d.py", "c/e/f.py"]),
        (["c/**", "!c/d.py"], ["a.py", "c/d.py"]),
        (["c/*", "!c/e"], ["a.py", "c/e/f.py"]),
        (["c/", "!c/d.py"], ["a.py"]),
        (["**/e"], ["a.py", "c/d.py"]),
        (["*.py", "!/a.py"], ["a.py"]),
        (["a.py\r"], ["c/d.py", "c/e/f.py"]),
        (["\ufeffa.py"], ["c/d.py", "c/e/f.py"]),
    ],
)
def test_negations_are_those_of_git(lines: list[str], expected: list[str]) -> None:
    make("a.py", "c/d.py", "c/e/f.py")
    Path(".gitignore").write_bytes("\n".join(lines).encode())
    assert find(".") == expected


@pytest.mark.usefixtures("project")
def test_ignore_files_above_hold_up_to_the_repository() -> None:
    make("repository/a/b/c.py", "repository/a/b/d.py", "repository/a/b/e.py")
    ignore(".gitignore", "c.py")
    ignore("repository/.gitignore", "d.py")
    ignore("repository/.git/info/exclude", "a/b/e.py")
    assert find("repository/a/b") == ["repository/a/b/c.py"]
    assert find("repository") == ["repository/a/b/c.py"]
    assert find(".") == ["repository/a/b/c.py"]


@pytest.mark.usefixtures("project")
def test_a_worktree_has_the_ignore_file_of_its_repository() -> None:
    make("tree/a.py", "tree/b.py")
    ignore("main/.git/worktrees/tree/commondir", "../..")
    ignore("main/.git/info/exclude", "b.py")
    ignore("tree/.git", "gitdir: ../main/.git/worktrees/tree")
    assert find("tree") == ["tree/a.py"]


def test_what_was_read_is_told(project: Path) -> None:
    make("a.py", "b/c/d.py", "venv/e.py")
    ignore("b/.gitignore", "x")
    Path(".git").mkdir()
    folders: list[str] = []
    files: list[str] = []
    list(
        walk(
            ["b/c", "b"],
            lambda _: select(),
            on_directory=folders.append,
            on_ignore_file=files.append,
        )
    )
    assert folders == [f"{project}/b/c", f"{project}/b", f"{project}/b/c"]
    root_files = [f"{project}/.git/info/exclude", f"{project}/.gitignore"]
    assert files == [*root_files, f"{project}/b/.gitignore", *root_files, f"{project}/b/.gitignore"]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("rules", "is_imported"),
    [((), 0), (("build/", "*.pyc", "/b.py", "src/*.cfg"), 0), (("*.pyc", "src/a.*"), 1)],
)
def test_pathspec_is_imported_where_a_rule_may_be_about_a_file(
    rules: tuple[str, ...], is_imported: int
) -> None:
    make("a.py")
    ignore(".gitignore", *rules)
    program = (
        "import sys\n"
        "from ckptlint.sources.walk import FileSelection, walk\n"
        "from types import SimpleNamespace\n"
        "include = (SimpleNamespace(pattern='*.py', base='/'),)\n"
        "assert len(list(walk(['.'], lambda _: FileSelection(include)))) == 1\n"
        "sys.exit('pathspec' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == is_imported


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("\\!a.py", ["#b.py", "a.py", "c d.py"]),
        ("\\#b.py", ["!a.py", "a.py", "c d.py"]),
        ("#b.py", ["!a.py", "#b.py", "a.py", "c d.py"]),
        ("[^!#c]*.py", ["!a.py", "#b.py", "c d.py"]),
        ("[[:punct:]", ["!a.py", "#b.py", "a.py", "c d.py"]),
        ("*.p[a-y]", []),
        ("c d.py  ", ["!a.py", "#b.py", "a.py"]),
        ("?.py", ["!a.py", "#b.py", "c d.py"]),
        ("**", []),
    ],
)
def test_rules_with_special_characters(rule: str, expected: list[str]) -> None:
    make("a.py", "!a.py", "#b.py", "c d.py")
    ignore(".gitignore", rule)
    assert find(".") == expected
