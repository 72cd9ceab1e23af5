"""The page of each rule as a file of this computer, for an editor without a network to open."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ckptlint import __version__
from ckptlint.reports.rule_page import index_of, page_of
from ckptlint.sources.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ckptlint.engine.registry import Registry

_OWN: Final = "CKP"
_LABEL: Final = "documentation"
"""What the address of the documentation is called among the URLs of a package."""


def links_to_pages(registry: Registry, folder: str) -> Mapping[str, str]:
    """Give the address of each rule's page by the rule's code.

    The pages are written into `folder`. Where the package says that its own are on the network,
    they are linked there; what other packs explain is on this computer alone.

    Raises
    ------
    OSError
        If they cannot be written.
    """
    _write(registry, folder)
    codes = [rule.code for rule in registry.rules]
    links = {code: Path(folder, f"{code}.md").as_uri() for code in codes}
    site = documentation_site()
    if site is not None:
        links.update((code, f"{site}/rules/{code}.html") for code in codes if code.startswith(_OWN))
    return links


def _write(registry: Registry, folder: str) -> None:
    """Write the pages that are not there already; an editor may have one of them open."""
    pages = {f"{rule.code}.md": page_of(rule) for rule in registry.rules}
    pages["README.md"] = index_of(registry.rules)
    os.makedirs(folder, exist_ok=True)
    for name, text in pages.items():
        path, data = Path(folder, name), text.encode()
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)


def documentation_site() -> str | None:
    """Give where the package says that its documentation is on the network, if it does."""
    try:
        urls = importlib.metadata.metadata("ckptlint").get_all("Project-URL") or ()
    except importlib.metadata.PackageNotFoundError:
        return None
    for entry in urls:
        label, _, url = entry.partition(",")
        if label.strip().lower() == _LABEL:
            return str(url.strip().rstrip("/"))
    return None


def folder_of_pages() -> str:
    """Give the folder of the user's cache that the pages of this version go to; it is absolute."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join("~", "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join("~", "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    return os.path.abspath(os.path.join(os.path.expanduser(base), "ckptlint", __version__, "rules"))
