"""Targets imported as their neighbours would import them, also with another content."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ckptlint.verify.loading import (
    NotAModel,
    installed_folders,
    load,
    make_model,
    user_modules,
)
from ckptlint.verify.target import Reference, parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAYING = "import {neighbour}\n\n\ndef build():\n    return {neighbour}.WORD, __name__\n"


@pytest.fixture(autouse=True)
def _fresh_imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what a test imports be forgotten afterwards."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    known = {*sys.modules}
    yield
    for name in {*sys.modules} - known:
        del sys.modules[name]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def loaded(text: str, base: Path, overlays: dict[str, bytes] | None = None) -> Any:
    return load(parse_target(text, str(base)), overlays or {})


def test_a_file_beside_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path / "core_word.py", "WORD = 'beside'\n")
    write(tmp_path / "core_model.py", SAYING.format(neighbour="core_word"))
    assert loaded("core_model.py::build", tmp_path)() == ("beside", "core_model")
    assert sys.path[0] == str(tmp_path)
    assert loaded("core_model.py::build", tmp_path)() == ("beside", "core_model")
    assert sys.path.count(str(tmp_path)) == 1


def test_a_file_in_a_package(tmp_path: Path) -> None:
    for package in ("core_outer", "core_outer/inner"):
        write(tmp_path / package / "__init__.py", "")
    write(tmp_path / "core_outer" / "word.py", "WORD = 'relative'\n")
    text = "from ..word import WORD\n\n\ndef build():\n    return WORD, __name__\n"
    write(tmp_path / "core_outer" / "inner" / "model.py", text)
    found = loaded("core_outer/inner/model.py::build", tmp_path)()
    assert found == ("relative", "core_outer.inner.model")
    module = loaded("core_outer.inner.model:build", tmp_path)
    assert module.__module__ == "core_outer.inner.model"


def test_the_file_of_a_package_itself(tmp_path: Path) -> None:
    write(tmp_path / "core_package" / "__init__.py", "def build():\n    return __name__\n")
    assert loaded("core_package/__init__.py::build", tmp_path)() == "core_package"


def test_a_module_is_found_in_the_folders_of_the_settings_first(tmp_path: Path) -> None:
    write(tmp_path / "src" / "core_twice.py", "def build():\n    return 'src'\n")
    write(tmp_path / "core_twice.py", "def build():\n    return 'here'\n")
    reference = parse_target("core_twice:build", str(tmp_path), (str(tmp_path / "src"),))
    assert load(reference, {})() == "src"


@pytest.mark.parametrize("stem", ["my-model", "my model", "2d"])
def test_a_file_whose_name_is_no_identifier(tmp_path: Path, stem: str) -> None:
    write(tmp_path / f"{stem}.py", "def build():\n    return __name__\n")
    assert loaded(f"{stem}.py::build", tmp_path)() == stem


def test_a_file_that_nothing_can_import(tmp_path: Path) -> None:
    path = write(tmp_path / "model.v2.py", "def build(): ...\n")
    with pytest.raises(ImportError) as caught:
        loaded("model.v2.py::build", tmp_path)
    assert str(caught.value) == (f"{path} has a dot in its name, by which Python imports no module")


def test_a_name_inside_a_class(tmp_path: Path) -> None:
    text = "class Outer:\n    class Inner:\n        number = 5\n"
    write(tmp_path / "core_nested.py", text)
    assert loaded("core_nested.py::Outer.Inner", tmp_path).number == 5


def test_a_missing_name(tmp_path: Path) -> None:
    path = write(tmp_path / "core_empty.py", "")
    with pytest.raises(AttributeError) as caught:
        loaded("core_empty.py::build", tmp_path)
    assert str(caught.value) == f"{path} defines no `build`"
    with pytest.raises(AttributeError) as caught:
        loaded("core_empty:Model.build", tmp_path)
    assert str(caught.value) == "core_empty defines no `Model.build`"


def test_a_missing_module(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'core_nowhere'"):
        loaded("core_nowhere:build", tmp_path)


def test_a_module_that_raises(tmp_path: Path) -> None:
    write(tmp_path / "core_raising.py", "raise LookupError('not here')\n")
    with pytest.raises(LookupError, match="not here"):
        loaded("core_raising.py::build", tmp_path)


def test_the_name_of_a_module_that_is_imported_already(tmp_path: Path) -> None:
    path = write(tmp_path / "json.py", "def build(): ...\n")
    with pytest.raises(ImportError) as caught:
        loaded("json.py::build", tmp_path)
    assert str(caught.value) == (
        f"{path} would be imported as `json`, which is another module's name"
    )


def test_the_name_of_a_module_that_stands_before_it(tmp_path: Path) -> None:
    first = write(tmp_path / "first" / "core_clash.py", "")
    second = write(tmp_path / "second" / "core_clash.py", "def build(): ...\n")
    sys.path[:0] = [str(first.parent), str(second.parent)]
    with pytest.raises(ImportError) as caught:
        loaded("second/core_clash.py::build", tmp_path)
    assert str(caught.value) == f"`import core_clash` finds {first}, not {second}"


def test_a_file_behind_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real" / "core_linked.py", "def build():\n    return __name__\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert loaded("link/core_linked.py::build", tmp_path)() == "core_linked"
    assert loaded("real/core_linked.py::build", tmp_path)() == "core_linked"


def test_no_compiled_files_are_left(tmp_path: Path) -> None:
    write(tmp_path / "core_plain.py", "def build(): ...\n")
    loaded("core_plain.py::build", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["core_plain.py"]


def test_an_overlay_of_the_target(tmp_path: Path) -> None:
    path = write(tmp_path / "core_fixed.py", "def build():\n    return 'broken'\n")
    overlay = "def build():\n    return 'größer', __file__\n".encode()
    assert loaded("core_fixed.py::build", tmp_path, {str(path): overlay})() == ("größer", str(path))
    assert path.read_text() == "def build():\n    return 'broken'\n"


def test_an_overlay_of_a_module_inside_a_package(tmp_path: Path) -> None:
    write(tmp_path / "core_parcel" / "__init__.py", "from core_parcel.word import WORD\n")
    word = write(tmp_path / "core_parcel" / "word.py", "WORD = 'old'\n")
    write(tmp_path / "core_user.py", SAYING.format(neighbour="core_parcel"))
    overlays = {str(word): b"WORD = 'new'\n"}
    assert loaded("core_user.py::build", tmp_path, overlays)() == ("new", "core_user")


def test_an_overlay_of_a_package_keeps_its_submodules(tmp_path: Path) -> None:
    init = write(tmp_path / "core_bundle" / "__init__.py", "WORD = 'old'\n")
    write(tmp_path / "core_bundle" / "inner.py", "from core_bundle import WORD\n")
    overlays = {str(init): b"WORD = 'new'\n"}
    load(parse_target("core_bundle:WORD", str(tmp_path)), overlays)
    assert loaded("core_bundle.inner:WORD", tmp_path) == "new"


def test_an_overlay_outdoes_a_compiled_file(tmp_path: Path) -> None:
    import py_compile

    path = write(tmp_path / "core_compiled.py", "def build():\n    return 'old'\n")
    py_compile.compile(str(path))
    overlays = {str(path): b"def build():\n    return 'new'\n"}
    assert loaded("core_compiled.py::build", tmp_path, overlays)() == "new"


def test_an_overlay_with_a_syntax_error(tmp_path: Path) -> None:
    path = write(tmp_path / "core_syntax.py", "def build(): ...\n")
    with pytest.raises(SyntaxError) as caught:
        loaded("core_syntax.py::build", tmp_path, {str(path): b"def build(:\n"})
    assert (caught.value.filename, caught.value.lineno) == (str(path), 1)


def test_what_was_taken_along(tmp_path: Path) -> None:
    assert load(Reference("x", "x", pickled=pickle.dumps(len)), {}) is len


def test_modules_of_the_user(tmp_path: Path) -> None:
    write(tmp_path / "core_mine.py", "import json\n\n\ndef build(): ...\n")
    loaded("core_mine.py::build", tmp_path)
    files = [str(module.__file__) for module in user_modules()]
    assert str(tmp_path / "core_mine.py") in files
    assert files == sorted(files)
    assert os.path.realpath(os.__file__) not in map(os.path.realpath, files)
    assert os.path.realpath(pytest.__file__) not in map(os.path.realpath, files)
    assert not any(file.endswith("ckptlint/verify/loading.py") for file in files)


@pytest.mark.parametrize(
    ("imported_before", "passes_over"), [("", True), ("import core_before; ", False)]
)
def test_what_was_imported_before_is_passed_over_if_none_of_it_is_the_users(
    tmp_path: Path, imported_before: str, passes_over: bool
) -> None:
    for name in ("core_before", "core_after"):
        write(tmp_path / f"{name}.py", "")
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.append({str(tmp_path)!r}); {imported_before}"
            "import xmlrpc; from ckptlint.verify import loading; loading.pass_over_imported(); "
            "import core_after, xmlrpc.client; "
            "lately = [module.__name__ for module in loading._imported_lately()]; "
            "assert lately.index('core_after') < lately.index('xmlrpc.client'); "
            "print('xmlrpc' not in lately, *(one.__name__ for one in loading.user_modules()))",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    before = ["core_before"] if imported_before else []
    assert found == [str(passes_over), "core_after", *before]


def test_a_project_below_the_prefix_of_python_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    write(tmp_path / "core_below.py", "def build(): ...\n")
    loaded("core_below.py::build", tmp_path)
    assert str(tmp_path / "core_below.py") in [str(module.__file__) for module in user_modules()]


def test_packages_installed_for_the_user_alone_are_installed() -> None:
    import site

    assert site.getusersitepackages() + os.sep in installed_folders()


class Rolling:
    def create_iterator(self) -> None: ...

    input_coords = create_iterator


def test_what_is_a_model() -> None:
    model = Rolling()
    assert make_model(lambda: model) is model


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (None, "it gives a NoneType, which has no `create_iterator`"),
        (3, "it gives a int, which has no `create_iterator`"),
    ],
)
def test_what_is_none(made: object, message: str) -> None:
    with pytest.raises(NotAModel) as caught:
        make_model(lambda: made)
    assert str(caught.value) == message


def test_a_model_without_input_coords() -> None:
    broken = Rolling()
    broken.input_coords = None  # type: ignore[assignment]
    with pytest.raises(NotAModel, match="it gives a Rolling, which has no `input_coords`"):
        make_model(lambda: broken)
