"""Targets as the user names them: read, refused, and referred to from another process."""

from __future__ import annotations

import pickle
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pytest

from ckptlint.verify.target import Reference, UnknownTarget, parse_target, reference_to

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def base(tmp_path: Path) -> str:
    (tmp_path / "source files").mkdir()
    for name in ("model.py", "source files/my model.py"):
        (tmp_path / name).write_text("")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("text", "file", "name"),
    [
        ("model.py::build", "model.py", "build"),
        ("./model.py::build", "model.py", "build"),
        ("source files/../model.py::build", "model.py", "build"),
        ("source files/my model.py::Model", "source files/my model.py", "Model"),
        ("model.py::Outer.Inner", "model.py", "Outer.Inner"),
        ("model.py::_größe2", "model.py", "_größe2"),
    ],
)
def test_a_target_in_a_file(text: str, file: str, name: str, base: str) -> None:
    expected = Reference(text, name, path=str(Path(base) / file), folders=("/src",))
    assert parse_target(text, base, ("/src",)) == expected


def test_a_target_in_a_file_elsewhere(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{base}/model.py"
    assert parse_target(f"{path}::build", "/elsewhere").path == path
    monkeypatch.setenv("HOME", base)
    assert parse_target("~/model.py::build", "/elsewhere").path == path


@pytest.mark.parametrize(
    ("text", "module", "name"),
    [
        ("model:build", "model", "build"),
        ("package.models:Forecast", "package.models", "Forecast"),
        ("package.models:Outer.Inner", "package.models", "Outer.Inner"),
    ],
)
def test_a_target_in_a_module(text: str, module: str, name: str, base: str) -> None:
    expected = Reference(text, name, module=module, folders=("/src", base))
    assert parse_target(text, base, ("/src",)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`` is neither `file.py::name` nor `package.module:name`"),
        ("build", "`build` is neither `file.py::name` nor `package.module:name`"),
        (":build", "`:build` is neither `file.py::name` nor `package.module:name`"),
        ("model.py", "`model.py` is neither `file.py::name` nor `package.module:name`"),
        ("model.py:build", "`model.py:build` is neither `file.py::name` nor `package.module:name`"),
        ("a-b:build", "`a-b:build` is neither `file.py::name` nor `package.module:name`"),
        ("a..b:build", "`a..b:build` is neither `file.py::name` nor `package.module:name`"),
        (
            "source\\model.py:build",
            "`source\\model.py:build` is neither `file.py::name` nor `package.module:name`",
        ),
        ("model:", "`model:`: `` is no name of a class or a function"),
        ("model.py::", "`model.py::`: `` is no name of a class or a function"),
        ("model.py::2d", "`model.py::2d`: `2d` is no name of a class or a function"),
        ("model.py::a b", "`model.py::a b`: `a b` is no name of a class or a function"),
        ("model.py::build()", "`model.py::build()`: `build()` is no name of a class or a function"),
        ("model.py:::build", "`model.py:::build`: `:build` is no name of a class or a function"),
        ("model.py::a::b", "`model.py::a::b`: `a::b` is no name of a class or a function"),
        ("model.py::a.", "`model.py::a.`: `a.` is no name of a class or a function"),
        ("model.py::build\n", "`model.py::build\n`: `build\n` is no name of a class or a function"),
        ("modle.py::build", "`modle.py::build`: there is no file `modle.py`"),
        ("::build", "`::build`: there is no file ``"),
        ("source files::build", "`source files::build`: there is no file `source files`"),
        ("C:\\code\\m.py::build", "`C:\\code\\m.py::build`: there is no file `C:\\code\\m.py`"),
        ("a\0b.py::build", "`a\0b.py::build`: there is no file `a\0b.py`"),
    ],
)
def test_what_names_no_target(text: str, message: str, base: str) -> None:
    with pytest.raises(UnknownTarget) as caught:
        parse_target(text, base)
    assert str(caught.value) == message


def make_seven() -> int:
    return 7


class Seven:
    def __call__(self) -> int:
        return 7


def closure() -> Callable[[], int]:
    seven = 7
    return lambda: seven


@pytest.mark.parametrize(
    ("build", "name"),
    [(make_seven, "make_seven"), (closure(), "closure.<locals>.<lambda>"), (Seven(), "Seven")],
)
def test_a_function_that_is_at_hand(build: Callable[[], int], name: str) -> None:
    pytest.importorskip("cloudpickle", reason="it comes with the extra `verify`")
    reference = reference_to(build)
    assert (reference.label, reference.name) == (f"{__name__}:{name}", name)
    assert reference.pickled is not None
    assert pickle.loads(reference.pickled)() == 7
    assert (reference.path, reference.module, reference.folders) == (None, None, ())


def test_a_function_that_cannot_be_taken_along() -> None:
    pytest.importorskip("cloudpickle", reason="it comes with the extra `verify`")
    lock = Lock()
    with pytest.raises(UnknownTarget) as caught:
        reference_to(lambda: lock)
    start = f"`{__name__}:test_a_function_that_cannot_be_taken_along.<locals>.<lambda>`"
    assert str(caught.value).startswith(f"{start} cannot be taken to another process: ")
