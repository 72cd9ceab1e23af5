"""The file of ``--report``: plots of what every restart did, as HTML, PNG or SVG.

Only this module is imported to look at a file's name; what draws is imported when it draws.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.sources.writing import write_whole

if TYPE_CHECKING:
    from ckptlint.verify.verdict import VerifyResult

_HTML: Final = ".html"
_ENDINGS: Final = (_HTML, ".png", ".svg")


class PlotUnavailable(RuntimeError):  # noqa: N818 - reads as what it says where it is caught
    """The library that draws is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "a report with plots needs matplotlib, which is not installed: "
            "`pip install 'ckptlint[plot]'`"
        )


def require_report(path: str | os.PathLike[str]) -> None:
    """Make sure, before anything takes long, that a report can be drawn for `path`.

    Raises
    ------
    ValueError
        If the name of the file does not end in ``.html``, ``.png`` or ``.svg``.
    PlotUnavailable
        If matplotlib is not installed.
    """
    _ending(path)
    try:
        import matplotlib.figure  # noqa: F401 - whether it can be imported is all that matters
    except ImportError:
        raise PlotUnavailable from None


def write_report(result: VerifyResult, path: str | os.PathLike[str]) -> None:
    """Write plots of a result to `path`, in the format that its ending names.

    Raises
    ------
    ValueError
        If the name of the file does not end in ``.html``, ``.png`` or ``.svg``.
    PlotUnavailable
        If matplotlib is not installed.
    OSError
        If the file cannot be written; an older one is then as it was before.
    """
    ending = _ending(path)
    require_report(path)
    if ending == _HTML:
        from ckptlint.verify.reports import page

        data = page.render(result).encode()
    else:
        from ckptlint.verify.reports.figure import picture_of_result

        data = picture_of_result(result, ending.removeprefix("."))
    write_whole(path, data)


def _ending(path: str | os.PathLike[str]) -> str:
    name = os.fspath(path)
    ending = os.path.splitext(name)[1].lower()
    if ending not in _ENDINGS:
        known = f"{', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}"
        raise ValueError(f"cannot tell the format of the report `{name}`: end it in {known}")
    return ending
