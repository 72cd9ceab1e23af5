"""Output formats by name; the module of a format is imported only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar, cast

RendererT = TypeVar("RendererT", bound=Callable[..., str])


class Format(NamedTuple):
    """One output format.

    `module` holds its `render`; `for_people` says whether a person reads it as it comes, so that
    closing lines may follow it, or a live table stand before it.
    """

    name: str
    module: str
    for_people: bool = False


class UnknownFormat(ValueError):  # noqa: N818 - reads as what it says where it is caught
    """The name of an output format that does not exist among `names`."""

    def __init__(self, name: str, names: Iterable[str]) -> None:
        from ckptlint.settings.suggestion import did_you_mean

        super().__init__(
            f"unknown output format `{name}`{did_you_mean(name, names)}: "
            f"choose one of {', '.join(names)}"
        )
        self.name = name


class FormatTable(Mapping[str, Format], Generic[RendererT]):
    """The output formats of one command, in the order in which they are listed."""

    def __init__(self, *formats: Format) -> None:
        self._by_name = {each.name: each for each in formats}

    def __getitem__(self, name: str) -> Format:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: str) -> Format:
        """Look up an output format.

        Raises
        ------
        UnknownFormat
            If there is none of that name.
        """
        if name not in self._by_name:
            raise UnknownFormat(name, self)
        return self._by_name[name]

    def load(self, name: str) -> RendererT:
        """Import the module of an output format and give its `render`.

        Raises
        ------
        UnknownFormat
            If there is none of that name.
        """
        from importlib import import_module

        return cast("RendererT", import_module(self.find(name).module).render)
