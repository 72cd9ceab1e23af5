"""What is checked, and how: a file, what its settings say, and what the call says of all files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ckptlint.engine.outcome import FixMode

if TYPE_CHECKING:
    from ckptlint.engine.selection import Selection
    from ckptlint.settings.settings import Settings


class Profile(NamedTuple):
    """What holds for all files below one settings file."""

    settings: Settings
    selection: Selection


class Target(NamedTuple):
    """One file to check.

    Parameters
    ----------
    path : str
        The file, absolute or from the current folder.
    settings : Settings
        What the user asked for in its folder.
    is_explicit : bool
        Whether the user named it.
    shown_as : str or None
        Its name in reports; `path` itself by default.
    """

    path: str
    settings: Settings
    is_explicit: bool = False
    shown_as: str | None = None

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self.path if self.shown_as is None else self.shown_as


class Ways(NamedTuple):
    """How files are checked, whatever the settings.

    Parameters
    ----------
    fix_mode : FixMode
        What becomes of the fixes.
    ignore_noqa : bool
        Whether suppression comments count for nothing.
    use_cache : bool
        Whether results are kept, and taken from, the cache; never while fixing.
    today : str or None
        The day by which suppressions have expired; by default, the local day of each check.
    """

    fix_mode: FixMode = FixMode.NONE
    ignore_noqa: bool = False
    use_cache: bool = False
    today: str | None = None
