"""The targets that a file holds, found without running it, and what else may be a model there."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from astroid import nodes

from ckptlint.engine.parsers import Parser, Parsers
from ckptlint.program.classes import Attribute, Class, Method
from ckptlint.sources.document import UnreadableFile, read_document
from ckptlint.sources.source import SourceKind
from ckptlint.verify.target import WORKFLOW_ARGUMENT, Reference
from ckptlint.verify.verdict import PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.program.module import Module
    from ckptlint.settings.settings import Settings

FACTORY = "build"
_ROLLOUT = "create_iterator"
_WORDS = (
    *(b"create_iterator", b"PrognosticMixin", b"heckpoint", b"def build"),
    *(b"_default_generator", b"_forward", b"put_coords"),
)
_SESSION = re.compile(r"[Cc]heckpoint|\bsession\b")


class Found:
    """What the searched files hold.

    Attributes
    ----------
    targets : list[Reference]
        What can be run.
    passed_over : list[PassedOver]
        What may be a model, and why it cannot be run as it is.
    """

    def __init__(self) -> None:
        self.targets: list[Reference] = []
        self.passed_over: list[PassedOver] = []


def find_targets(files: Iterable[tuple[str, Settings]]) -> Found:
    """Search Python files for targets.

    A target is a function without required arguments that is called ``build`` or returns a new
    model, a class that is a model and needs no arguments, or a function whose only argument is a
    ``path``, which is a workflow. A class that such a function of its file makes is not taken
    twice.

    Parameters
    ----------
    files : iterable of (str, Settings)
        Paths as the user knows them, with the settings that hold for them.
    """
    found = Found()
    parsers: dict[int, Parsers] = {}
    for path, settings in files:
        if not path.endswith(".py"):
            continue
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            reason = f"it cannot be read: {error.strerror or error}"
            found.passed_over.append(PassedOver(path, reason))
            continue
        if not any(word in data for word in _WORDS):
            continue
        shared = parsers.setdefault(id(settings), Parsers(settings))
        try:
            document = read_document(path, data)
        except UnreadableFile as error:
            found.passed_over.append(PassedOver(path, f"it cannot be read: {error}"))
            continue
        assert document.kind is SourceKind.PYTHON
        with Parser(shared, path) as parse:
            module = parse(document.sources[0]).module
            if module.syntax_problems:
                reason = f"it cannot be parsed: {module.syntax_problems[0].message}"
                found.passed_over.append(PassedOver(path, reason))
            else:
                _search(module, path, settings, found)
    return found


def _search(module: Module, path: str, settings: Settings, found: Found) -> None:
    def take(name: str) -> None:
        reference = Reference(
            f"{path}::{name}", name, path=os.path.abspath(path), folders=settings.src
        )
        found.targets.append(reference)

    made: set[str] = set()
    for statement in module.tree.body:
        if not isinstance(statement, nodes.FunctionDef) or _is_asynchronous(statement):
            continue
        if statement.name.startswith("test") or _is_fixture(statement):
            continue
        classes = set(_returned_classes(statement, module))
        is_factory = statement.name == FACTORY or any(map(_is_model, classes))
        needed = _required(statement)
        if is_factory and not needed:
            take(statement.name)
            made.update(cls.qualified_name for cls in classes)
        elif needed == [WORKFLOW_ARGUMENT] and _uses_checkpoints(statement, module):
            take(statement.name)
    for cls in module.classes:
        if cls.qualified_name in made or not _is_model(cls) or cls.node.parent is not module.tree:
            continue
        if _is_inherited(cls, module, made):
            continue
        needed = _required_by_class(cls)
        incomplete = _incomplete(cls)
        if incomplete is not None:
            found.passed_over.append(PassedOver(f"{path}::{cls.name}", incomplete))
            continue
        if needed:
            arguments = ", ".join(f"`{name}`" for name in needed)
            reason = f"it needs {arguments}: write a function `build()` that makes it"
            found.passed_over.append(PassedOver(f"{path}::{cls.name}", reason))
        else:
            take(cls.name)


def _returned_classes(function: nodes.FunctionDef, module: Module) -> Iterator[Class]:
    """Give the classes that a function makes instances of to return them."""
    for statement in function.nodes_of_class(nodes.Return, skip_klass=nodes.FunctionDef):
        if isinstance(statement.value, nodes.Call):
            cls = _class_named(statement.value.func, module)
            if cls is not None:
                yield cls


def _class_named(expression: nodes.NodeNG, module: Module) -> Class | None:
    if isinstance(expression, nodes.Name):
        definition = module.names.definition(expression)
        if isinstance(definition, nodes.ClassDef):
            return module.class_from(definition)
    name = module.resolve(expression)
    found = module.project.find_class(name) if name is not None else None
    return found if isinstance(found, Class) else None


def _is_model(cls: Class) -> bool:
    """Tell whether a class has a rollout of its own or an inherited one, and is no stub."""
    rollout, coords = cls.lookup(_ROLLOUT), cls.lookup("input_coords")
    return (
        isinstance(rollout, Method)
        and isinstance(coords, (Method, Attribute))
        and not _only_raises(rollout.function)
    )


def _incomplete(cls: Class) -> str | None:
    """Say why a class is a base class alone; None if it is not seen to be one."""
    for ancestor in cls.mro:
        for method in ancestor.node.mymethods() if isinstance(ancestor, Class) else ():
            known = cls.lookup(method.name)
            if isinstance(known, Method) and known.function is method and _is_abstract(method):
                return f"it is a base class: `{method.name}` is abstract"
    lacking = _lacking(cls)
    if lacking is None:
        return None
    return f"it is a base class: nothing defines `{lacking}`, which its rollout calls"


def _is_abstract(function: nodes.FunctionDef) -> bool:
    return any(name.rpartition(".")[2] == "abstractmethod" for name in _decorators(function))


def _is_fixture(function: nodes.FunctionDef) -> bool:
    """Tell whether a function is a fixture of pytest, which only pytest may call."""
    return any(name.rpartition(".")[2] == "fixture" for name in _decorators(function))


def _decorators(function: nodes.FunctionDef) -> list[str]:
    found = [] if function.decorators is None else function.decorators.nodes
    return [(one.func if isinstance(one, nodes.Call) else one).as_string() for one in found]


def _lacking(cls: Class) -> str | None:
    """Name a method that the rollout calls on itself and no class of the order defines."""
    rollout = cls.lookup(_ROLLOUT)
    assert isinstance(rollout, Method)
    for call in rollout.function.nodes_of_class(nodes.Call):
        match call.func:
            case nodes.Attribute(expr=nodes.Name(name="self"), attrname=name):
                if cls.lookup(name) is None:
                    return str(name)
    return None


def _only_raises(function: nodes.FunctionDef) -> bool:
    body = [one for one in function.body if not isinstance(one, nodes.Pass)]
    return all(
        isinstance(one, nodes.Raise)
        or (isinstance(one, nodes.Expr) and isinstance(one.value, nodes.Const))
        for one in body
    )


def _is_inherited(cls: Class, module: Module, made: set[str]) -> bool:
    """Tell whether a class is a base of one that a function of the same file makes."""
    children = (each for each in module.classes if each.qualified_name in made)
    return any(cls in child.mro for child in children)


def _required_by_class(cls: Class) -> list[str]:
    method = cls.lookup("__init__")
    return _required(method.function)[1:] if isinstance(method, Method) else []


def _required(function: nodes.FunctionDef) -> list[str]:
    """Name the arguments that a call must give."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *(arguments.args or [])]
    free = len(positional) - len(arguments.defaults or [])
    keywords = [
        one
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults or [], strict=False)
        if default is None
    ]
    return [one.name for one in [*positional[:free], *keywords]]


def _uses_checkpoints(function: nodes.FunctionDef, module: Module) -> bool:
    """Tell whether a function, or what it names of its module, speaks of a checkpoint."""
    named = (module.names.definition(name) for name in function.nodes_of_class(nodes.Name))
    defined = [one for one in named if isinstance(one, nodes.FunctionDef | nodes.ClassDef)]
    bodies = (statement for one in (function, *defined) for statement in one.body)
    return any(_SESSION.search(statement.as_string()) for statement in bodies)


def _is_asynchronous(function: nodes.FunctionDef) -> bool:
    return isinstance(function, nodes.AsyncFunctionDef) or function.is_generator()
