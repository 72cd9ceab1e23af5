"""Which rules hold under each settings object, worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.selection import select_rules
from ckptlint.engine.target import Profile

if TYPE_CHECKING:
    from ckptlint.engine.registry import Registry
    from ckptlint.settings.settings import Settings


class Profiles:
    """The rule selection of each settings object.

    Parameters
    ----------
    registry : Registry
        The rules there are.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._made: dict[int, Profile] = {}

    @property
    def all(self) -> tuple[Profile, ...]:
        """Every profile that was asked for, in that order."""
        return tuple(self._made.values())

    def of(self, settings: Settings) -> Profile:
        """Give the profile of a settings object.

        Raises
        ------
        SettingsError
            If the settings name an unknown rule, or leave none to run.
        """
        profile = self._made.get(id(settings))
        if profile is None:
            profile = self._made[id(settings)] = make_profile(self._registry, settings)
        return profile

    def index(self, settings: Settings) -> int:
        """Tell where in `all` the profile of a settings object stands."""
        return [*self._made].index(id(settings))


def make_profile(registry: Registry, settings: Settings) -> Profile:
    """Work out which rules hold under some settings.

    Raises
    ------
    SettingsError
        If the settings name an unknown rule, or leave none to run.
    """
    selection = select_rules(
        registry, settings.selections, settings.per_file_ignores, preview=settings.preview
    )
    return Profile(settings, selection)
