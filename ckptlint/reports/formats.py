"""The output formats by name; the module of a format is imported only when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ckptlint.engine.result import CheckResult
    from ckptlint.reports.options import ReportOptions

    Renderer = Callable[[CheckResult, ReportOptions], str]


class Format(NamedTuple):
    """One output format.

    `module` holds its `render`; `closing_lines` says whether `summary` follows the findings.
    """

    name: str
    module: str
    closing_lines: bool


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("full", "ckptlint.reports.full", closing_lines=True),
        Format("concise", "ckptlint.reports.concise", closing_lines=True),
        Format("grouped", "ckptlint.reports.grouped", closing_lines=True),
        Format("json", "ckptlint.reports.json", closing_lines=False),
        Format("json-lines", "ckptlint.reports.json_lines", closing_lines=False),
        Format("github", "ckptlint.reports.github", closing_lines=False),
        Format("sarif", "ckptlint.reports.sarif", closing_lines=False),
    )
}

DEFAULT_FORMAT = "full"


class UnknownFormat(ValueError):  # noqa: N818 - reads as what it says where it is caught
    """The name of an output format that does not exist among `names`."""

    def __init__(self, name: str, names: Iterable[str] = FORMATS) -> None:
        from ckptlint.settings.suggestion import did_you_mean

        super().__init__(
            f"unknown output format `{name}`{did_you_mean(name, names)}: "
            f"choose one of {', '.join(names)}"
        )
        self.name = name


def find_format(name: str) -> Format:
    """Look up an output format.

    Raises
    ------
    UnknownFormat
        If there is none of that name.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise UnknownFormat(name) from None


def load_renderer(name: str) -> Renderer:
    """Import the module of an output format and give its `render`.

    Raises
    ------
    UnknownFormat
        If there is none of that name.
    """
    from importlib import import_module

    renderer: Renderer = import_module(find_format(name).module).render
    return renderer
