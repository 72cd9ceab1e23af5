"""The bundled facts against an installed earth2studio, which is read and never imported.

It is looked for in the environment that EARTH2STUDIO_ENVIRONMENT names, else in the usual places.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from astroid import nodes

from ckptlint.program import facts
from ckptlint.program.environment import site_packages_of
from ckptlint.program.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module

CHECKPOINT_MODULE = "earth2studio.utils.checkpoint"


@pytest.fixture(scope="module")
def project() -> Project:
    named = os.environ.get("EARTH2STUDIO_ENVIRONMENT")
    folders = site_packages_of(Path(named) if named else None)
    installed = [folder for folder in folders for _ in folder.glob("earth2studio-*.dist-info")]
    if not installed:
        pytest.skip("earth2studio is not installed; EARTH2STUDIO_ENVIRONMENT may name where it is")
    version = f"earth2studio-{facts.EARTH2STUDIO_VERSION}.dist-info"
    if not any((folder / version).is_dir() for folder in installed):
        pytest.skip(f"the installed earth2studio is not {facts.EARTH2STUDIO_VERSION}")
    return Project([], folders)


def read(project: Project, module_name: str) -> Module:
    module = project.module(module_name)
    assert module is not None
    assert module.syntax_problems == ()
    return module


def definition(project: Project, qualified_name: str) -> Class:
    module = read(project, qualified_name.rpartition(".")[0])
    found = module.class_named(qualified_name)
    assert found is not None
    return found


def public_members(found: Class) -> tuple[set[str], set[str]]:
    """Give the public methods, and the properties and instance attributes, of a class."""
    methods, attributes = set(), set(found.instance_attributes)
    for function in found.node.body:
        if isinstance(function, nodes.FunctionDef):
            is_property = function.decorators is not None and any(
                decorator.as_string() == "property" for decorator in function.decorators.nodes
            )
            (attributes if is_property else methods).add(function.name)
    return (
        {name for name in methods if not name.startswith("_")},
        {name for name in attributes if not name.startswith("_")},
    )


def test_names_are_defined_where_the_facts_say(project: Project) -> None:
    for name in sorted(facts.DEFINED_NAMES):
        if not name.startswith("earth2studio."):
            continue
        module_name, _, member = name.rpartition(".")
        (bound,) = read(project, module_name).tree.locals[member]
        assert isinstance(bound, nodes.ClassDef | nodes.FunctionDef), name


def test_re_exports_lead_where_the_facts_say(project: Project) -> None:
    for name, target in facts.CANONICAL_NAMES.items():
        if name.startswith("earth2studio."):
            module_name, _, member = name.rpartition(".")
            assert read(project, module_name).names.member(member) == target


def test_checkpoint_parameters(project: Project) -> None:
    init = definition(project, facts.CHECKPOINT).own("__init__").function
    arguments = init.args
    names = [argument.name for argument in arguments.args][1:]
    assert names == list(facts.CHECKPOINT_PARAMETERS)
    assert not arguments.kwonlyargs
    assert arguments.vararg is None
    assert arguments.kwarg is None
    first = len(names) - len(arguments.defaults)
    defaults = dict(zip(names[first:], arguments.defaults, strict=True))
    for name, expected in facts.CHECKPOINT_PARAMETERS.items():
        if expected is facts.REQUIRED:
            assert name not in defaults
        elif name == "device":
            assert defaults[name].as_string() == f"torch.device('{expected}')"
        else:
            assert defaults[name].value == expected
            assert type(defaults[name].value) is type(expected)


def test_members_of_checkpoint_and_session(project: Project) -> None:
    methods, attributes = public_members(definition(project, facts.CHECKPOINT))
    assert methods | attributes == facts.CHECKPOINT_MEMBERS
    methods, attributes = public_members(definition(project, facts.CHECKPOINT_SESSION))
    assert methods == facts.SESSION_METHODS
    assert attributes == facts.SESSION_ATTRIBUTES


def test_metadata_of_the_bound_state(project: Project) -> None:
    methods, attributes = public_members(definition(project, facts.CHECKPOINT_STATE))
    assert methods == set()
    assert attributes == facts.STATE_METADATA


def test_prognostic_protocol(project: Project) -> None:
    protocol = definition(project, facts.PROGNOSTIC_MODEL)
    functions = {node.name for node in protocol.node.body if isinstance(node, nodes.FunctionDef)}
    assert functions == facts.PROGNOSTIC_PROTOCOL


@pytest.mark.parametrize(
    "known",
    [
        known
        for known in (*facts.INERT_CLASSES.values(), *facts.FALLBACK_CLASSES.values())
        if known.qualified_name.startswith("earth2studio.")
    ],
    ids=lambda known: known.name,
)
def test_known_classes(project: Project, known: facts.KnownClass) -> None:
    found = definition(project, known.qualified_name)
    assert [base.qualified_name for base in found.bases] == list(known.bases)
    body = {name for name, bindings in found.node.locals.items() if bindings[-1].lineno is not None}
    assert body == known.methods
    assert set(found.instance_attributes) <= known.attributes
    if known.bound_state is None:
        assert known.restores == known.saves == frozenset()
        return
    (binding,) = found.instance_attributes[known.bound_state]
    assert found.module.resolve(binding.value.func) == facts.BIND_CHECKPOINT_STATE
    assert known.restores == reach(found, reads_restored_state)
    assert known.saves == reach(found, assigns_to_state)
    assert isinstance(known.inert, frozenset)
    assert known.inert == known.methods - known.restores - known.saves - {"__init__"}


def reads_restored_state(function: nodes.FunctionDef) -> bool:
    return any(
        attribute.attrname == "checkpoint_state_loaded"
        for attribute in function.nodes_of_class(nodes.Attribute)
    )


def assigns_to_state(function: nodes.FunctionDef) -> bool:
    return any(
        target.expr.as_string() == "self.checkpoint"
        for target in function.nodes_of_class(nodes.AssignAttr)
    )


def reach(found: Class, is_root: Callable[[nodes.FunctionDef], bool]) -> set[str]:
    """Give the methods for which `is_root` holds, and those that call one of them on `self`."""
    functions = {f.name: f for f in found.node.body if isinstance(f, nodes.FunctionDef)}
    reached = {name for name, function in functions.items() if is_root(function)}
    while True:
        callers = {
            name
            for name, function in functions.items()
            for call in function.nodes_of_class(nodes.Call)
            if call.func.as_string().removeprefix("self.") in reached
        }
        if callers <= reached:
            return reached
        reached |= callers


def test_only_the_known_models_bind_state(project: Project) -> None:
    package = read(project, "earth2studio")
    root = Path(package.source.path).resolve().parent
    binders = {
        ".".join(file.relative_to(root.parent).with_suffix("").parts)
        for file in root.rglob("*.py")
        if b"bind_checkpoint_state(" in file.read_bytes()
    }
    known = {name.rpartition(".")[0] for name in facts.FALLBACK_CLASSES}
    assert binders == known | {CHECKPOINT_MODULE}


def test_facts_about_torch(project: Project) -> None:
    module = read(project, "torch.nn.modules.module")
    found = module.class_named(facts.MODULE)
    assert found is not None
    known = facts.INERT_CLASSES[facts.MODULE]
    body = {name for name, bound in found.node.locals.items() if bound[-1].lineno is not None}
    assert known.methods <= body
    assert {"forward", "__call__", "to", "register_buffer"} <= known.methods
    assert found.bases == ()
