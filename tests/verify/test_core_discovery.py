"""Targets found in files that are never run, and why the rest is passed over."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ckptlint.settings.discovery import Discovery
from ckptlint.verify.discovery import find_targets

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
    class Model:
        def input_coords(self): return {}
        def create_iterator(self, x, coords): yield x, coords
"""
CANNOT_RUN = 'raise SystemExit("this module must not be run")\n'


def found_in(
    path: Path, *parts: str, name: str = "core_found.py"
) -> tuple[list[str], dict[str, str]]:
    """Search one file; give the names of its targets, and what was passed over with its reason."""
    file = path / name
    file.write_text(CANNOT_RUN + "".join(map(dedent, parts)))
    settings = Discovery(str(path)).of_folder(str(path))
    found = find_targets([(str(file), settings)])
    for target in found.targets:
        assert target.label == f"{file}::{target.name}"
        assert target.path == str(file)
    assert name.removesuffix(".py") not in sys.modules
    passed = {one.name.removeprefix(f"{file}::"): one.reason for one in found.passed_over}
    return [target.name for target in found.targets], passed


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        (MODEL, ["Model"]),
        (MODEL + "    def build(): return Model()\n", ["build"]),
        (MODEL + "    def make(size=3): return Model()\n", ["make"]),
        (MODEL + "    def make(*sizes, **rest): return Model()\n", ["make"]),
        (MODEL + "    def make(size): return Model()\n", ["Model"]),
        (MODEL + "    def make(*, size): return Model()\n", ["Model"]),
        (MODEL + "    async def build(): return Model()\n", ["Model"]),
        (MODEL + "    def build(): yield Model()\n", ["Model"]),
        (MODEL + "    def test_model(): return Model()\n", ["Model"]),
        (
            MODEL + "    import pytest\n    @pytest.fixture\n    def a(): return Model()\n",
            ["Model"],
        ),
        (MODEL + "    @fixture(scope='x')\n    def a(): return Model()\n", ["Model"]),
        (MODEL + "    class Child(Model): ...\n", ["Model", "Child"]),
        (MODEL + "    class Child(Model): ...\n    def build(): return Child()\n", ["build"]),
        ("def build(): return anything_at_all\n", ["build"]),
        ("class A:\n    def create_iterator(self): yield 1\n", []),
        ("class A:\n    def input_coords(self): ...\n", []),
        ("def outer():\n" + MODEL, []),
        ("# create_iterator\n", []),
    ],
)
def test_models_and_what_makes_them(tmp_path: Path, source: str, targets: list[str]) -> None:
    assert found_in(tmp_path, source) == (targets, {})


@pytest.mark.parametrize(
    "body",
    [
        "def create_iterator(self, x): ...",
        "def create_iterator(self, x): pass",
        "def create_iterator(self, x): raise NotImplementedError",
        "def create_iterator(self, x): 'Say what it is.'",
    ],
)
def test_stubs_are_no_models(tmp_path: Path, body: str) -> None:
    source = f"class Stub(Protocol):\n    def input_coords(self): ...\n    {body}\n"
    assert found_in(tmp_path, source) == ([], {})


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("def __init__(self, core, size=1): ...",
         "it needs `core`: write a function `build()` that makes it"),
        ("def __init__(self, core, *, size): ...",
         "it needs `core`, `size`: write a function `build()` that makes it"),
        ("@abstractmethod\n    def step(self): ...", "it is a base class: `step` is abstract"),
        ("@abc.abstractmethod\n    def step(self): ...", "it is a base class: `step` is abstract"),
        ("def create_iterator(self, x, c): yield self.advance(x)",
         "it is a base class: nothing defines `advance`, which its rollout calls"),
    ],
)  # fmt: skip
def test_what_needs_something(tmp_path: Path, lines: str, reason: str) -> None:
    source = dedent(MODEL) + f"    {lines}\n"
    assert found_in(tmp_path, source) == ([], {"Model": reason})


def test_a_child_defines_what_its_base_lacks(tmp_path: Path) -> None:
    child = "class Child(Model):\n    def step(self): ...\n"
    source = dedent(MODEL) + "    @abstractmethod\n    def step(self): ...\n" + child
    reason = "it is a base class: `step` is abstract"
    assert found_in(tmp_path, source) == (["Child"], {"Model": reason})
    made = source + "def build(): return Child()\n"
    assert found_in(tmp_path, made) == (["build"], {})


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("def run(path):\n    with Checkpoint('a', path=path) as session: ...\n", ["run"]),
        ("def run(path):\n    with opened_checkpoint(path) as s: s.write()\n", ["run"]),
        ("def run(path, steps=3):\n    with Checkpoint('a', path=path): ...\n", ["run"]),
        ("def run(folder):\n    with Checkpoint('a', path=folder): ...\n", []),
        ("def run(path, data):\n    with Checkpoint('a', path=path): ...\n", []),
        ("def test_run(path):\n    with Checkpoint('a', path=path): ...\n", []),
        (
            "def run(path): work(path)\ndef work(p):\n    with Checkpoint('a', path=p): ...\n",
            ["run"],
        ),
        ("# Checkpoint\ndef load_weights(path):\n    return torch.load(path)\n", []),
    ],
)
def test_workflows(tmp_path: Path, source: str, targets: list[str]) -> None:
    assert found_in(tmp_path, source) == (targets, {})


def test_a_model_whose_base_stands_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "core_base.py").write_text(dedent(MODEL))
    source = (
        "from core_base import Model\n"
        "class Child(Model):\n    def _default_generator(self, x): yield x\n"
    )
    assert found_in(tmp_path, source) == (["Child"], {})


def test_a_file_that_cannot_be_parsed(tmp_path: Path) -> None:
    targets, passed = found_in(tmp_path, MODEL, "def build(:\n")
    assert targets == []
    [(name, reason)] = passed.items()
    assert name == str(tmp_path / "core_found.py")
    assert reason.startswith("it cannot be parsed: ")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    settings = Discovery(str(tmp_path)).of_folder(str(tmp_path))
    file = tmp_path / "core_latin.py"
    file.write_bytes(b"# create_iterator\nname = 'gr\xf6\xdfe'\n")
    missing = tmp_path / "core_gone.py"
    found = find_targets([(str(file), settings), (str(missing), settings)])
    assert found.targets == []
    assert [one.name for one in found.passed_over] == [str(file), str(missing)]
    assert found.passed_over[0].reason.startswith("it cannot be read: ")
    assert found.passed_over[1].reason == "it cannot be read: No such file or directory"


def test_other_files_are_not_searched(tmp_path: Path) -> None:
    settings = Discovery(str(tmp_path)).of_folder(str(tmp_path))
    for name in ("guide.md", "book.ipynb", "stub.pyi"):
        (tmp_path / name).write_text(dedent(MODEL))
    found = find_targets([(str(path), settings) for path in tmp_path.iterdir()])
    assert (found.targets, found.passed_over) == ([], [])
