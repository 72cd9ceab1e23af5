"""Make the extension's .vsix from what `npm ci` has installed, without a network.

``make vsix`` runs both. A .vsix is a zip file: the extension, a manifest that says what it is, and
the types of its files. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree

FOLDER: Final = Path(__file__).resolve().parent
LICENSE: Final = FOLDER.parents[1] / "LICENSE"
DIST: Final = FOLDER.parents[1] / "dist"

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the first that a zip file can tell."""

LEFT_OUT: Final = frozenset({".bnf", ".map", ".ts", ".tsbuildinfo", ".mjs", ".cmd"})
"""What of an installed package only its developers, or other loaders, read."""

CONTENT_TYPES: Final = {
    ".js": "application/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".vsixmanifest": "text/xml",
}
MANIFEST_NAMESPACE: Final = "http://schemas.microsoft.com/developer/vsx-schema/2011"
TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"


class PackageError(Exception):
    """The extension cannot be packaged."""


class Entry(NamedTuple):
    """One file of the .vsix: its name there, and what it holds."""

    name: str
    content: bytes


def installed_packages(folder: Path) -> list[Path]:
    """Find the packages that the extension needs when it runs, as the lock file names them.

    Raises
    ------
    PackageError
        If one is missing, or another version of it is installed.
    """
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    packages = []
    for place, locked in sorted(lock["packages"].items()):
        if not place or locked.get("dev") or locked.get("devOptional"):
            continue
        description = folder / place / "package.json"
        if not description.exists():
            raise PackageError(f"{place} is not installed: run `npm ci` in {folder}")
        version = json.loads(description.read_text("utf-8"))["version"]
        if version != locked["version"]:
            raise PackageError(
                f"{place} is {version}, and the lock file says {locked['version']}: "
                f"run `npm ci` in {folder}"
            )
        packages.append(description.parent)
    return packages


def entries(folder: Path) -> list[Entry]:
    """Read the files of the extension, in the order in which they are written.

    Raises
    ------
    PackageError
        If a package that it needs is not installed as the lock file says, or a file is of a type
        that the .vsix could not declare.
    """
    files = {
        "extension/package.json": folder / "package.json",
        "extension/readme.md": folder / "README.md",
        "extension/LICENSE.txt": LICENSE,
    }
    parts = [folder / "source", *installed_packages(folder)]
    for part in parts:
        for path in part.rglob("*"):
            # Packages within a package have lines of their own in the lock file.
            nested = "node_modules" in path.relative_to(part).parts
            if path.is_file() and path.suffix not in LEFT_OUT and not nested:
                files[f"extension/{path.relative_to(folder).as_posix()}"] = path
    for name in files:
        if Path(name).suffix not in {"", *CONTENT_TYPES}:
            raise PackageError(f"{name}: no content type is known for it")
    return [Entry(name, files[name].read_bytes()) for name in sorted(files)]


def manifest(description: dict[str, Any]) -> bytes:
    """Write extension.vsixmanifest from what package.json says."""
    root = ElementTree.Element("PackageManifest", Version="2.0.0", xmlns=MANIFEST_NAMESPACE)
    metadata = ElementTree.SubElement(root, "Metadata")
    ElementTree.SubElement(
        metadata,
        "Identity",
        Language="en-US",
        Id=description["name"],
        Version=description["version"],
        Publisher=description["publisher"],
    )
    texts = {
        "DisplayName": description["displayName"],
        "Description": description["description"],
        "Tags": ",".join(description["keywords"]),
        "Categories": ",".join(description["categories"]),
        "GalleryFlags": "Public",
        "License": "extension/LICENSE.txt",
    }
    for name, text in texts.items():
        ElementTree.SubElement(metadata, name).text = text
    properties = ElementTree.SubElement(metadata, "Properties")
    values = {
        "Code.Engine": description["engines"]["vscode"],
        "Code.ExtensionDependencies": ",".join(description.get("extensionDependencies", ())),
        "Code.ExtensionPack": "",
        "Code.ExtensionKind": ",".join(description["extensionKind"]),
        "Code.LocalizedLanguages": "",
        "Code.EnabledApiProposals": "",
        "Code.ExecutesCode": "true",
        "Services.GitHubFlavoredMarkdown": "true",
        "Services.Content.Pricing": "Free",
    }
    for name, value in values.items():
        full = f"Microsoft.VisualStudio.{name}"
        ElementTree.SubElement(properties, "Property", Id=full, Value=value)
    installation = ElementTree.SubElement(root, "Installation")
    ElementTree.SubElement(installation, "InstallationTarget", Id="Microsoft.VisualStudio.Code")
    ElementTree.SubElement(root, "Dependencies")
    assets = ElementTree.SubElement(root, "Assets")
    for kind, name in (
        ("Code.Manifest", "package.json"),
        ("Services.Content.Details", "readme.md"),
        ("Services.Content.License", "LICENSE.txt"),
    ):
        ElementTree.SubElement(
            assets,
            "Asset",
            Type=f"Microsoft.VisualStudio.{kind}",
            Path=f"extension/{name}",
            Addressable="true",
        )
    return _document(root)


def content_types(names: list[str]) -> bytes:
    """Write [Content_Types].xml for files of these names."""
    root = ElementTree.Element("Types", xmlns=TYPES_NAMESPACE)
    suffixes = {Path(name).suffix for name in names} - {""}
    for suffix in sorted(suffixes):
        kind = CONTENT_TYPES[suffix]
        ElementTree.SubElement(root, "Default", Extension=suffix, ContentType=kind)
    return _document(root)


def _document(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def package(folder: Path, output: Path | None = None) -> Path:
    """Make the .vsix of the extension in `folder`.

    Parameters
    ----------
    folder : Path
        The extension, with its node_modules.
    output : Path or None
        The file to write; None names it after the version, in dist/.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    PackageError
        If a package that it needs is not installed as the lock file says.
    """
    description = json.loads((folder / "package.json").read_text("utf-8"))
    inner = entries(folder)
    own = Entry("extension.vsixmanifest", manifest(description))
    types = Entry("[Content_Types].xml", content_types([own.name, *(name for name, _ in inner)]))
    target = output or DIST / f"{description['name']}-{description['version']}.vsix"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for entry in (own, types, *inner):
            info = zipfile.ZipInfo(entry.name, EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            archive.writestr(info, entry.content)
    return unfinished.replace(target)


def main() -> int:
    """Package the extension beside this script and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=Path, help="the file to write (dist/ckptlint-*.vsix)")
    try:
        written = package(FOLDER, parser.parse_args().output)
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    with zipfile.ZipFile(written) as archive:
        files = len(archive.namelist())
    print(f"{written}: {written.stat().st_size / 1000:.0f} kB, {files} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
