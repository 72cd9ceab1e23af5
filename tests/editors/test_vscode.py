"""The .vsix of the VS Code extension, read by the tool that publishes such files."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

import ckptlint
from ckptlint.server.options import KEYS

if TYPE_CHECKING:
    from types import ModuleType

CHECKOUT = Path(__file__).resolve().parents[2]
EXTENSION = CHECKOUT / "editors" / "vscode"
TOP = {"[Content_Types].xml", "extension.vsixmanifest", "extension"}

READ = """
const { readVSIXPackage } = require("@vscode/vsce/out/zip");
readVSIXPackage(process.argv[1])
  .then(({ manifest }) => console.log(`${manifest.publisher}.${manifest.name} ${manifest.version}`))
  .catch((error) => { console.error(error.message); process.exitCode = 1; });
"""


def node() -> str:
    program = shutil.which("node")
    if program is None:
        pytest.skip("no node on PATH")
    return program


def description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    return loaded


def locked() -> dict[str, dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads(
        (EXTENSION / "package-lock.json").read_text("utf-8")
    )["packages"]
    return packages


@pytest.fixture(scope="module")
def packaging() -> ModuleType:
    """Load editors/vscode/package.py, where npm has installed what it packages."""
    if not (EXTENSION / "node_modules").is_dir():
        pytest.skip("editors/vscode/node_modules is missing: `make vsix` installs it with npm")
    spec = importlib.util.spec_from_file_location("vscode_package", EXTENSION / "package.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def vsix(packaging: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    written: Path = packaging.package(EXTENSION, tmp_path_factory.mktemp("vsix") / "own.vsix")
    return written


def read_by_vsce(file: Path) -> subprocess.CompletedProcess[str]:
    command = [node(), "-e", READ, str(file)]
    return subprocess.run(command, cwd=EXTENSION, capture_output=True, text=True, check=False)


def without(file: Path, name: str, target: Path) -> Path:
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(target, "w") as broken:
        for other in whole.namelist():
            if other != name:
                broken.writestr(other, whole.read(other))
    return target


def canonical(document: bytes) -> str:
    """Give an XML document without white space between its parts, and with these sorted."""
    root = ElementTree.fromstring(document)
    for element in root.iter():
        element.text = (element.text or "").strip()
        element.tail = None
        if element.tag.endswith("}Tags"):
            element.text = ",".join(sorted(set(element.text.split(","))))
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        element[:] = sorted(element, key=ElementTree.tostring)
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"))


def test_the_vsix_holds_the_extension_and_what_it_runs_with(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert len(names) == len(set(names))
    assert {PurePosixPath(name).parts[0] for name in names} == TOP
    own = {name for name in names if name.startswith("extension/") and "node_modules" not in name}
    assert own == {
        "extension/LICENSE.txt",
        "extension/package.json",
        "extension/readme.md",
        *(f"extension/source/{path.name}" for path in (EXTENSION / "source").iterdir()),
    }
    needed = {place for place, package in locked().items() if place and not package.get("dev")}
    packaged = {name for name in names if "node_modules" in name}
    assert {f"extension/{place}/package.json" for place in needed} <= packaged
    assert {PurePosixPath(name).parts[2] for name in packaged} == {
        place.removeprefix("node_modules/") for place in needed
    }
    for place in needed:
        licences = [
            name for name in packaged if name.lower().startswith(f"extension/{place}/licen")
        ]
        assert licences, place


def test_each_file_has_a_declared_type(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as archive:
        names = archive.namelist()
        types = ElementTree.fromstring(archive.read("[Content_Types].xml"))
    declared = {element.attrib["Extension"] for element in types}
    assert {PurePosixPath(name).suffix for name in names} - {"", ".xml"} == declared


def test_the_licence_is_the_whole_one(vsix: Path) -> None:
    with zipfile.ZipFile(vsix) as archive:
        text = archive.read("extension/LICENSE.txt")
    assert text == (CHECKOUT / "LICENSE").read_bytes()


def test_the_same_sources_give_the_same_bytes(
    packaging: ModuleType, vsix: Path, tmp_path: Path
) -> None:
    again = packaging.package(EXTENSION, tmp_path / "again.vsix")
    assert again.read_bytes() == vsix.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.vsix"]


def test_vsce_reads_the_vsix(vsix: Path) -> None:
    done = read_by_vsce(vsix)
    assert (done.returncode, done.stdout) == (0, f"ckptlint.ckptlint {ckptlint.__version__}\n")


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ("extension.vsixmanifest", "VSIX manifest not found"),
        ("extension/package.json", "Manifest not found"),
    ],
)
def test_vsce_refuses_a_broken_vsix(
    vsix: Path, missing: str, complaint: str, tmp_path: Path
) -> None:
    done = read_by_vsce(without(vsix, missing, tmp_path / "broken.vsix"))
    assert (done.returncode, done.stderr) == (1, f"{complaint}\n")


def test_vsce_writes_the_same_manifest(vsix: Path, tmp_path: Path) -> None:
    copy = tmp_path / "extension"
    copy.mkdir()
    for name in ("package.json", "README.md"):
        shutil.copy(EXTENSION / name, copy)
    shutil.copy(CHECKOUT / "LICENSE", copy)
    shutil.copytree(EXTENSION / "source", copy / "source")
    (copy / ".vscodeignore").touch()
    vsce = EXTENSION / "node_modules" / "@vscode" / "vsce" / "vsce"
    output = tmp_path / "theirs.vsix"
    options = ["--no-dependencies", "--allow-missing-repository", "--out", str(output)]
    done = subprocess.run(
        [node(), vsce, "package", *options], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    manifests = []
    for file in (vsix, output):
        with zipfile.ZipFile(file) as archive:
            manifests.append(canonical(archive.read("extension.vsixmanifest")))
    # It adds a tag for each language that makes the extension start.
    assert manifests[0] == manifests[1].replace(",markdown,", ",")


def test_what_is_not_installed_as_locked_is_not_packaged(
    packaging: ModuleType, tmp_path: Path
) -> None:
    shutil.copytree(EXTENSION, tmp_path / "vscode", ignore=shutil.ignore_patterns("node_modules"))
    place = "node_modules/semver"
    with pytest.raises(packaging.PackageError, match="is not installed: run `npm ci` in "):
        packaging.package(tmp_path / "vscode", tmp_path / "x.vsix")
    for name in locked():
        if name and not locked()[name].get("dev"):
            shutil.copytree(EXTENSION / name, tmp_path / "vscode" / name)
    semver = tmp_path / "vscode" / place / "package.json"
    version = locked()[place]["version"]
    semver.write_text(semver.read_text("utf-8").replace(f'"{version}"', '"0.0.1"'), "utf-8")
    complaint = f"{place} is 0.0.1, and the lock file says {version}: run `npm ci` in "
    with pytest.raises(packaging.PackageError, match=complaint):
        packaging.package(tmp_path / "vscode", tmp_path / "x.vsix")
    assert not (tmp_path / "x.vsix").exists()


def test_the_script_says_what_it_wrote(packaging: ModuleType, tmp_path: Path) -> None:
    output = tmp_path / "new" / "ckptlint.vsix"
    command = [sys.executable, EXTENSION / "package.py", "--output", output]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(output) as archive:
        files = len(archive.namelist())
    assert done.stdout == f"{output}: {output.stat().st_size / 1000:.0f} kB, {files} files\n"
    assert output.stat().st_size < 500_000


def test_the_lock_file_names_no_address() -> None:
    text = (EXTENSION / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert all("integrity" in package for place, package in locked().items() if place)


def test_the_extension_has_the_version_of_ckptlint() -> None:
    versions = (description()["version"], locked()[""]["version"])
    assert versions == (ckptlint.__version__, ckptlint.__version__)


def test_what_the_server_can_be_told_is_a_setting() -> None:
    settings = set(description()["contributes"]["configuration"]["properties"])
    own = {"enable", "path", "interpreter", "trace.server"}
    assert settings == {f"ckptlint.{key}" for key in {*own, *KEYS}}


def test_the_readme_tells_every_setting_and_command() -> None:
    told = (EXTENSION / "README.md").read_text("utf-8")
    contributed = description()["contributes"]
    for setting in contributed["configuration"]["properties"]:
        assert f"| `{setting}` |" in told
    for command in contributed["commands"]:
        assert f"| ckptlint: {command['title']} |" in told


def test_no_setting_of_an_untrusted_workspace_names_a_program() -> None:
    restricted = description()["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {"ckptlint.path", "ckptlint.interpreter"} <= set(restricted)


@pytest.mark.parametrize("path", sorted(EXTENSION.glob("[st]*/*.js")), ids=lambda path: path.name)
def test_the_sources_are_well_formed(path: Path) -> None:
    subprocess.run([node(), "--check", path], check=True)


def test_what_the_extension_decides() -> None:
    done = subprocess.run(
        [node(), "--test", *sorted(EXTENSION.glob("test/*.test.js"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "\n# pass 0\n" not in done.stdout
