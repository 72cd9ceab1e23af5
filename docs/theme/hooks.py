"""What mkdocs does besides building docs/: the rest of the repository that its pages link to.

The same Markdown is read on a forge, where a link may lead anywhere in the repository. Here such a
link leads to a page, too: the Markdown files of the repository's root and of benchmarks/ are pages
of the site, and any other linked file is shown as its source.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markdown.extensions import Extension
from mkdocs.structure.files import File, InclusionLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown import Markdown
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[2]

ADOPTED: Final = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "README.md",
    "benchmarks/RESULTS.md": "benchmarks/RESULTS.md",
    "benchmarks/TYPING.md": "benchmarks/TYPING.md",
    "benchmarks/VERIFY.md": "benchmarks/VERIFY.md",
    "editors/vscode/README.md": "editors/vscode.md",
}
"""Pages from outside docs/: the file in the repository, and the page's place in the site.

The repository's README is the forge's door; in the site, docs/README.md stands in its place.
"""

_NOT_SEARCHED: Final = frozenset({"fixture-verdicts.md"})
"""Pages that hold every word, and nothing that anybody looks for by it."""
_LANGUAGES: Final = {".py": "python", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml"}
_FENCE: Final = re.compile(r"^ *(`{3,}|~{3,})")
_LINK: Final = re.compile(r"(?<=\]\()(?![a-z]+:|[#/])([^()\s]+)(?=\))")
_FAMILY: Final = re.compile(r"## (.+)")
_RULE: Final = re.compile(r"\| \[(CKP\d{3})\]\((\S+)\) \| (\S+) \|")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of the rules into the navigation, by family, and read lists as a forge does."""
    for section in config.nav or ():
        for title, target in section.items():
            if target == "rules/":
                section[title] = _rules_in_nav(Path(config.docs_dir, "rules", "README.md"))
    config.markdown_extensions.insert(0, _ListsAsOnAForge())
    return config


class _ListsAsOnAForge(Extension):
    """Two spaces suffice for what belongs to the item of a list, as in CommonMark.

    It has to be the first extension, before others add to the parser that it makes.
    """

    def extendMarkdown(self, markdown: Markdown) -> None:  # noqa: N802 - the name is Markdown's
        markdown.tab_length = 2
        markdown.build_parser()  # anew, for its parts have asked for the length already


def _rules_in_nav(index: Path) -> list[Any]:
    entries: list[Any] = ["rules/README.md"]
    for line in index.read_text(encoding="utf-8").splitlines():
        if family := _FAMILY.fullmatch(line):
            entries.append({family[1]: []})
        elif rule := _RULE.match(line):
            (pages,) = entries[-1].values()
            pages.append({f"{rule[1]} {rule[3]}": f"rules/{rule[2]}"})
    return entries


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the adopted pages, and the source of each file that a page links to."""
    for path, place in ADOPTED.items():
        if files.get_file_from_path(place) is None:
            text = (ROOT / path).read_text(encoding="utf-8")
            files.append(File.generated(config, place, content=text))
    for page in files.documentation_pages():
        for target in _links_of(page.content_string):
            path = _in_repository(page, target)
            place = _place_of(path)
            if place.startswith("source/") and files.get_file_from_path(place) is None:
                files.append(_source_page(config, path, place))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Point the links that leave docs/ to the pages that stand for their files."""
    if page.file.src_uri in _NOT_SEARCHED:
        page.meta["search"] = {"exclude": True}

    def relative(match: re.Match[str]) -> str:
        target, _, anchor = match[1].partition("#")
        place = _place_of(_in_repository(page.file, target))
        moved = posixpath.relpath(place, posixpath.dirname(page.file.src_uri) or ".")
        return f"{moved}#{anchor}" if anchor else moved

    return "\n".join(
        line if is_code else _LINK.sub(relative, line) for line, is_code in _lines_of(markdown)
    )


def _lines_of(markdown: str) -> Iterator[tuple[str, bool]]:
    """Give each line, and whether it stands in a block of code."""
    fence = ""
    for line in markdown.split("\n"):
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
            yield line, True
        else:
            yield line, bool(fence)
            if match and fence and line.strip().startswith(fence):
                fence = ""


def _links_of(markdown: str) -> set[str]:
    return {
        target.partition("#")[0]
        for line, is_code in _lines_of(markdown)
        if not is_code
        for target in _LINK.findall(line)
    }


def _in_repository(page: File, target: str) -> str:
    """Give the path from the repository's root of what a page links to."""
    home = next((path for path, place in ADOPTED.items() if place == page.src_uri), None)
    if home is None or page.generated_by is None:
        home = f"docs/{page.src_uri}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(home), target))


def _place_of(path: str) -> str:
    """Give the place in the site of a file of the repository."""
    if path in ADOPTED:
        return ADOPTED[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"source/{path}.md" if (ROOT / path).is_file() else path


def _source_page(config: MkDocsConfig, path: str, place: str) -> File:
    text = (ROOT / path).read_text(encoding="utf-8")
    language = _LANGUAGES.get(Path(path).suffix, "text")
    return File.generated(
        config,
        place,
        content=f"---\nsearch:\n  exclude: true\n---\n# {path}\n\n````{language}\n{text}````\n",
        inclusion=InclusionLevel.NOT_IN_NAV,
    )
