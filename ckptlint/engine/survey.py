"""What the program model knows of the models in some files, in the form that reports read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ckptlint.engine.looking import describe
from ckptlint.engine.parsers import Parser, Parsers
from ckptlint.settings.errors import SettingsError
from ckptlint.sources.encoding import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.engine.target import Target
    from ckptlint.program.carried.records import Carried, Where
    from ckptlint.program.models import Model
    from ckptlint.program.program import Program
    from ckptlint.sources.source import Place

_WORDS: Final = (
    *(b"create_iterator", b"_default_generator", b"PrognosticMixin", b"bind_checkpoint_state"),
    *(b"_forward", b"put_coords"),
)
"""A class with a rollout, or one that inherits it, is in a file with one of these."""


class SurveyedState(NamedTuple):
    """Something that a step leaves for the next one.

    Parameters
    ----------
    name : str
        A local, or an attribute as in ``self.core.hidden``, or the library whose global generator
        of random numbers it is.
    kind : str
        What holds it.
    change, use : Place
        Where a step changes it, and where the next one uses it.
    is_kept : bool
        Whether a restart brings it back: it is the boundary itself, or is saved and restored.
    field : str
        The field that would hold it, as the state dataclass would declare it.
    """

    name: str
    kind: str
    change: Place
    use: Place
    is_kept: bool
    field: str


class SurveyedModel(NamedTuple):
    """A class with a rollout.

    Parameters
    ----------
    name : str
        The class.
    place : Place
        Where its name stands.
    entry : str
        The method in which its rollout starts, with the class that defines it.
    entry_place : Place
        Where that method is defined.
    bound : tuple[str, ...]
        The attributes that hold bound checkpoint state.
    yields, saves, restores : tuple[Place, ...]
        Where it hands out, saves and restores boundaries.
    carried : tuple[SurveyedState, ...] or None
        What a step leaves for the next one; None where the rollout neither saves nor restores.
    lacks : str or None
        What it lacks for a restart; None if it is restart-aware.
    """

    name: str
    place: Place
    entry: str
    entry_place: Place
    bound: tuple[str, ...]
    yields: tuple[Place, ...]
    saves: tuple[Place, ...]
    restores: tuple[Place, ...]
    carried: tuple[SurveyedState, ...] | None
    lacks: str | None


class Survey:
    """The models of some files, and what could not be looked at.

    Attributes
    ----------
    models : list[SurveyedModel]
        In the order of the files and of their text.
    files : int
        How many files were looked at.
    faults, warnings : list[str]
        What failed, and what was too large to be followed; each line names the file.
    """

    def __init__(self) -> None:
        self.models: list[SurveyedModel] = []
        self.files = 0
        self.faults: list[str] = []
        self.warnings: list[str] = []


def survey(targets: Iterable[Target]) -> Survey:
    """Look for models in files; nothing of them is run.

    Raises
    ------
    SettingsError
        If the settings name an environment that is none.
    """
    found = Survey()
    parsers: dict[int, Parsers] = {}
    for target in targets:
        found.files += 1
        try:
            with open(target.path, "rb") as file:
                data = file.read()
        except OSError as error:
            found.faults.append(f"{target.name}: cannot be read: {error.strerror or error}")
            continue
        if any(word in data for word in _WORDS):
            shared = parsers.setdefault(id(target.settings), Parsers(target.settings))
            _look_at(target, data, shared, found)
    return found


def _look_at(target: Target, data: bytes, parsers: Parsers, found: Survey) -> None:
    from ckptlint.sources.document import read_document

    try:
        document = read_document(target.path, data, target.name)
        with Parser(parsers, target.path) as parse:
            for source in document.sources:
                _describe(parse(source), target, found)
    except UnreadableFile as error:
        found.faults.append(f"{target.name}: cannot be read: {error}")
    except SettingsError:
        raise
    except Exception as error:
        found.faults.append(f"{target.name}: looking for models failed: {describe(error)}")


def _describe(program: Program, target: Target, found: Survey) -> None:
    problems = program.module.syntax_problems
    found.faults += [f"{target.name}: cannot be parsed: {one.message}" for one in problems]
    found.models += [_surveyed(model) for model in program.models]
    found.warnings += [f"{target.name}: {reason}" for reason in program.gave_up]


def _surveyed(model: Model) -> SurveyedModel:
    module, entry = model.cls.module, model.entry
    return SurveyedModel(
        model.cls.name,
        module.source.place(module.name_span(model.cls.node)),
        f"{entry.owner.name}.{entry.function.name}",
        entry.owner.module.source.place(entry.owner.module.name_span(entry.function)),
        model.bound,
        _places(model.yields),
        _places(model.saves),
        _places(model.restores),
        None if model.carried is None else tuple(_state(one) for one in model.carried),
        model.lacks,
    )


def _state(carried: Carried) -> SurveyedState:
    return SurveyedState(
        carried.name,
        carried.kind.value,
        _place(carried.change),
        _place(carried.use),
        carried.is_boundary or carried.is_restored,
        carried.field,
    )


def _places(sites: Iterable[Where]) -> tuple[Place, ...]:
    return tuple(map(_place, sites))


def _place(site: Where) -> Place:
    return site.module.source.place(site.module.span(site.node))
