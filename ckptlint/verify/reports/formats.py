"""The formats of `verify` by name; the module of a format is imported only when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.reports.formats import UnknownFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.verify.reports.options import VerifyReportOptions
    from ckptlint.verify.verdict import VerifyResult

    Renderer = Callable[[VerifyResult, VerifyReportOptions], str]


class Format(NamedTuple):
    """One output format.

    `module` holds its `render`; `for_people` says whether a person reads it as it comes, so that
    a live table may stand before it.
    """

    name: str
    module: str
    for_people: bool


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("full", "ckptlint.verify.reports.full", for_people=True),
        Format("json", "ckptlint.verify.reports.json", for_people=False),
        Format("junit", "ckptlint.verify.reports.junit", for_people=False),
        Format("sarif", "ckptlint.verify.reports.sarif", for_people=False),
    )
}

DEFAULT_FORMAT = "full"


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
        raise UnknownFormat(name, FORMATS) from None


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
