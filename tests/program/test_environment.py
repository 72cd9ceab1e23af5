from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ckptlint.program.environment import EnvironmentNotFound, site_packages_of
from ckptlint.program.project import Project

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = "lib/python3.12/site-packages"


@pytest.fixture(autouse=True)
def _no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.delenv("PRE_COMMIT", raising=False)


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


class TestChoice:
    @pytest.mark.parametrize(
        "library", [LIBRARY, "Lib/site-packages", "lib/python3.13t/dist-packages"]
    )
    def test_named_environment(self, tmp_path: Path, library: str) -> None:
        folder = make(tmp_path / library)
        assert site_packages_of(tmp_path, None) == (folder,)
        assert site_packages_of(folder, None) == (folder,)

    def test_folder_of_installed_packages(self, tmp_path: Path) -> None:
        make(tmp_path / "earth2studio-0.19.0.dist-info")
        assert site_packages_of(tmp_path, None) == (tmp_path,)

    def test_what_is_no_environment(self, tmp_path: Path) -> None:
        with pytest.raises(EnvironmentNotFound) as none:
            site_packages_of(tmp_path / "none", None)
        assert str(none.value) == f"environment {tmp_path / 'none'} is not a directory"
        with pytest.raises(EnvironmentNotFound) as empty:
            site_packages_of(tmp_path, None)
        assert str(empty.value) == f"environment {tmp_path} holds no installed packages"
        assert empty.value.path == tmp_path

    def test_order_of_the_usual_places(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project = tmp_path / "project"
        later = make(project / "venv" / LIBRARY)
        assert site_packages_of(None, project) == (later,)
        hidden = make(project / ".venv" / LIBRARY)
        assert site_packages_of(None, project) == (hidden,)
        conda = make(tmp_path / "conda" / LIBRARY)
        monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))
        assert site_packages_of(None, project) == (conda,)
        active = make(tmp_path / "active" / LIBRARY)
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
        assert site_packages_of(None, project) == (active,)
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "gone"))
        assert site_packages_of(None, project) == (conda,)

    def test_the_environment_of_a_hook_is_not_the_projects(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project = tmp_path / "project"
        own = make(project / ".venv" / LIBRARY)
        hook = make(tmp_path / "hook" / LIBRARY)
        monkeypatch.setattr(sys, "prefix", str(tmp_path / "hook"))
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "hook"))
        assert site_packages_of(None, project) == (hook,)
        monkeypatch.setenv("PRE_COMMIT", "1")
        assert site_packages_of(None, project) == (own,)
        active = make(tmp_path / "active" / LIBRARY)
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
        assert site_packages_of(None, project) == (active,)

    def test_running_interpreter(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = make(tmp_path / LIBRARY)
        monkeypatch.setattr(sys, "path", ["", str(tmp_path), str(folder)])
        assert site_packages_of(None, tmp_path / "project") == (folder,)
        monkeypatch.setattr(sys, "path", [])
        assert all(path.is_absolute() for path in site_packages_of(None, None))


class TestAddedPaths:
    def test_pth_files(self, tmp_path: Path) -> None:
        folder = make(tmp_path / LIBRARY)
        absolute, relative = make(tmp_path / "absolute"), make(folder / "relative")
        (folder / "b.pth").write_text(
            f"# a comment\n\nimport os; os.abort()\nimport\tsys\n{absolute}\ngone\n{absolute}\n"
        )
        (folder / "a.pth").write_text("relative\n")
        (folder / "c.pth").write_bytes(b"\xff\xfe")
        (folder / "egg.egg").write_bytes(b"PK")
        (folder / "d.pth").write_text("egg.egg\n")
        assert site_packages_of(tmp_path, None) == (folder, relative, absolute)

    def test_editable_package_is_found(self, tmp_path: Path) -> None:
        folder = make(tmp_path / LIBRARY)
        source = make(tmp_path / "checkout" / "src" / "pkg")
        (source / "__init__.py").write_text("class A: ...")
        (folder / "__editable__.pkg.pth").write_text(f"{source.parent}\n")
        project = Project([], site_packages_of(tmp_path, None))
        assert project.find_class("pkg.A") is not None

    @pytest.mark.parametrize(("setting", "counts"), [("true", True), ("false", False)])
    def test_system_site_packages(self, tmp_path: Path, setting: str, counts: bool) -> None:
        folder = make(tmp_path / "venv" / LIBRARY)
        system = make(tmp_path / "usr/lib/python3.12/dist-packages")
        local = make(tmp_path / "usr/local/lib/python3.12/dist-packages")
        debian = make(tmp_path / "usr/lib/python3/dist-packages")
        (tmp_path / "venv/pyvenv.cfg").write_text(
            f"home = {tmp_path / 'usr/bin'}\ninclude-system-site-packages = {setting}\n"
        )
        expected = (folder, local, debian, system) if counts else (folder,)
        assert site_packages_of(tmp_path / "venv", None) == expected
