"""The settings that hold for a folder: an immutable value, made of the layers that bear on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple

from ckptlint.settings.defaults import DEFAULT_CACHE_FOLDER, DEFAULT_EXCLUDE, DEFAULT_INCLUDE
from ckptlint.settings.layer import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ckptlint.settings.layer import Layer, Value, VerifyEntry

SelectorKey = Literal[
    "select", "ignore", "extend-select", "extend-ignore", "fixable", "unfixable", "extend-fixable"
]


class RuleSelection(NamedTuple):
    """What one place says about which rules run and which are fixed.

    `select` and `fixable` are None where the place does not set them, and then what an earlier
    place said goes on to hold. `origin` names the place for messages, and `lines` tell where in it
    each key is set.
    """

    origin: str
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    extend_fixable: tuple[str, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()

    def place(self, key: str) -> str:
        """Name the place of one of the settings."""
        return place_of(self.origin, self.lines, key)


class PathPattern(NamedTuple):
    """A pattern for paths, and the absolute folder at which it starts."""

    pattern: str
    base: str


class PerFileIgnore(NamedTuple):
    """Rules that are not reported in the files that `pattern` matches.

    A pattern that begins with ``!`` stands for the files that the rest does not match. `origin`
    and `key` name the place for messages.
    """

    pattern: PathPattern
    selectors: tuple[str, ...]
    origin: str
    key: str


class Settings(NamedTuple):
    """Everything the user asked for, for the files of one folder.

    All paths are absolute. Two folders under one settings file share one object, so that what is
    derived from settings can be kept by identity.

    Parameters
    ----------
    root : str
        The project root: the folder of the settings file, else the current folder.
    selections : tuple[RuleSelection, ...]
        What each place says about rules, the one that yields to all others first.
    per_file_ignores : tuple[PerFileIgnore, ...]
        Rules that are not reported in some files.
    exclude, include : tuple[PathPattern, ...]
        What the search for files leaves out and takes; the extending settings are in it.
    output_format : str
        The name of a report format; it has not been looked up.
    output_format_origin : str or None
        Who asked for that format; None for the default.
    cache_dir : str
        The folder of the result cache.
    environment : str or None
        The virtual environment or site-packages folder that the user named.
    environment_origin : str or None
        Who named it.
    earth2studio_version : str or None
        The version of Earth2Studio that the user named.
    src : tuple[str, ...]
        The folders from which the project's own modules are imported.
    baseline : str or None
        The file of the findings that are known; None if there is none.
    verify : tuple[VerifyEntry, ...]
        What `ckptlint verify` runs where no target is named.
    files : tuple[str, ...]
        The settings files that were read, the one that yields to all others first.
    """

    root: str
    selections: tuple[RuleSelection, ...] = ()
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    exclude: tuple[PathPattern, ...] = ()
    include: tuple[PathPattern, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    fix: bool = False
    unsafe_fixes: bool = False
    fix_only: bool = False
    show_fixes: bool = False
    preview: bool = False
    output_format: str = "full"
    output_format_origin: str | None = None
    cache_dir: str = DEFAULT_CACHE_FOLDER
    environment: str | None = None
    environment_origin: str | None = None
    earth2studio_version: str | None = None
    src: tuple[str, ...] = ()
    baseline: str | None = None
    verify: tuple[VerifyEntry, ...] = ()
    files: tuple[str, ...] = ()


def resolve(layers: Sequence[Layer], root: str, files: tuple[str, ...] = ()) -> Settings:
    """Join the layers that bear on a folder, the one that yields to all others first.

    A plain setting is taken from the last layer that has it; an ``extend-`` setting is the sum of
    all layers; what is said about rules is kept layer by layer.
    """
    stack = _Stack(layers, root)
    format_layer = stack.last("output-format")
    environment_layer = stack.last("environment")
    return Settings(
        root=root,
        selections=tuple(_selection(layer) for layer in layers),
        per_file_ignores=stack.per_file_ignores(),
        exclude=stack.patterns("exclude", DEFAULT_EXCLUDE),
        include=stack.patterns("include", DEFAULT_INCLUDE),
        force_exclude=stack.boolean("force-exclude", False),
        respect_gitignore=stack.boolean("respect-gitignore", True),
        fix=stack.boolean("fix", False),
        unsafe_fixes=stack.boolean("unsafe-fixes", False),
        fix_only=stack.boolean("fix-only", False),
        show_fixes=stack.boolean("show-fixes", False),
        preview=stack.boolean("preview", False),
        output_format=_string(format_layer, "output-format") or "full",
        output_format_origin=format_layer.place("output-format") if format_layer else None,
        cache_dir=stack.path("cache-dir") or os.path.join(root, DEFAULT_CACHE_FOLDER),
        environment=stack.path("environment"),
        environment_origin=environment_layer.place("environment") if environment_layer else None,
        earth2studio_version=_string(stack.last("earth2studio-version"), "earth2studio-version"),
        src=stack.source_roots(),
        baseline=stack.path("baseline") if _string(stack.last("baseline"), "baseline") else None,
        verify=stack.verify_entries(),
        files=files,
    )


class _Stack(NamedTuple):
    """The layers, and the questions that `resolve` asks of them."""

    layers: Sequence[Layer]
    root: str

    def last(self, key: str) -> Layer | None:
        return next((layer for layer in reversed(self.layers) if key in layer.values), None)

    def boolean(self, key: str, default: bool) -> bool:
        layer = self.last(key)
        return default if layer is None else layer.values[key] is True

    def path(self, key: str) -> str | None:
        layer = self.last(key)
        text = _string(layer, key)
        return absolute(text, layer.base) if layer is not None and text is not None else None

    def patterns(self, key: str, default: tuple[str, ...]) -> tuple[PathPattern, ...]:
        layer = self.last(key)
        base = self.root if layer is None else layer.base
        texts = default if layer is None else _strings(layer.values[key])
        return tuple(PathPattern(text, base) for text in texts) + tuple(
            PathPattern(text, extending.base)
            for extending in self.layers
            for text in _strings(extending.values.get(f"extend-{key}", ()))
        )

    def source_roots(self) -> tuple[str, ...]:
        layer = self.last("src")
        base = self.root if layer is None else layer.base
        folders = (".", "src") if layer is None else _strings(layer.values["src"])
        return tuple(absolute(folder, base) for folder in folders)

    def verify_entries(self) -> tuple[VerifyEntry, ...]:
        layer = self.last("verify")
        entries = () if layer is None else layer.values["verify"]
        assert isinstance(entries, tuple)
        base = self.root if layer is None else layer.base
        return tuple(entry._replace(base=base) for entry in entries if not isinstance(entry, str))

    def per_file_ignores(self) -> tuple[PerFileIgnore, ...]:
        last = self.last("per-file-ignores")
        found = [] if last is None else _per_file_ignores(last, "per-file-ignores")
        for layer in self.layers:
            found += _per_file_ignores(layer, "extend-per-file-ignores")
        return tuple(found)


def _per_file_ignores(layer: Layer, key: str) -> list[PerFileIgnore]:
    table = layer.values.get(key, {})
    assert isinstance(table, dict)
    return [
        PerFileIgnore(PathPattern(pattern, layer.base), selectors, layer.place(key), key)
        for pattern, selectors in table.items()
    ]


def _selection(layer: Layer) -> RuleSelection:
    def given(key: SelectorKey) -> tuple[str, ...]:
        return _strings(layer.values.get(key, ()))

    return RuleSelection(
        layer.origin,
        select=given("select") if "select" in layer.values else None,
        ignore=given("ignore"),
        extend_select=given("extend-select"),
        extend_ignore=given("extend-ignore"),
        fixable=given("fixable") if "fixable" in layer.values else None,
        unfixable=given("unfixable"),
        extend_fixable=given("extend-fixable"),
        lines=layer.lines,
    )


def _string(layer: Layer | None, key: str) -> str | None:
    value = layer.values[key] if layer is not None else None
    assert value is None or isinstance(value, str)
    return value


def _strings(value: Value) -> tuple[str, ...]:
    assert isinstance(value, tuple)
    return tuple(one for one in value if isinstance(one, str))


def absolute(path: str, base: str) -> str:
    """Make `path` absolute: ``~`` is the user's home, anything else relative starts at `base`."""
    return os.path.normpath(os.path.join(base, os.path.expanduser(path)))
