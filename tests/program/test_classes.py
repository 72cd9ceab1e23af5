from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from astroid import nodes
from hypothesis import given, settings
from hypothesis import strategies as st
from source_trees import fragment, program, project_of

from ckptlint.program.classes import (
    UNRESOLVED,
    Attribute,
    Class,
    KnownClass,
    KnownMethod,
    Method,
    UnresolvedBase,
)
from ckptlint.program.project import Project

if TYPE_CHECKING:
    from ckptlint.program.module import Module


def the_class(module: Module, name: str) -> Class:
    found = module.class_named(f"{module.prefix}.{name}")
    assert found is not None
    return found


def order(found: Class) -> list[str]:
    return [a.expression if isinstance(a, UnresolvedBase) else a.name for a in found.mro]


def real_order(text: str, name: str) -> list[str]:
    namespace: dict[str, type] = {}
    exec(dedent(text), namespace)
    return [cls.__name__ for cls in namespace[name].__mro__[:-1]]


@st.composite
def hierarchies(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Classes with their bases, each base defined before its heirs."""
    names: list[str] = []
    hierarchy = []
    for index in range(draw(st.integers(1, 9))):
        bases = draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) if names else []
        hierarchy.append((f"C{index}", bases))
        names.append(f"C{index}")
    return hierarchy


class TestOrder:
    @given(hierarchies())
    @settings(max_examples=300)
    def test_is_the_order_of_python(self, hierarchy: list[tuple[str, list[str]]]) -> None:
        namespace: dict[str, type] = {}
        refused: set[str] = set()
        for name, bases in hierarchy:
            try:
                namespace[name] = type(name, tuple(namespace[base] for base in bases), {})
            except (TypeError, KeyError):
                refused.add(name)
        module = program("".join(f"class {n}({', '.join(b)}): ...\n" for n, b in hierarchy))
        for name, bases in reversed(hierarchy):
            found = the_class(module, name)
            if name not in refused:
                assert order(found) == [c.__name__ for c in namespace[name].__mro__[:-1]]
                continue
            ancestors = {name}.union(*(order(the_class(module, base)) for base in bases))
            assert order(found)[0] == name
            assert sorted(order(found)) == sorted(ancestors)

    @given(hierarchies(), st.lists(st.integers(0, 2), min_size=9, max_size=9))
    @settings(max_examples=30)
    def test_across_files(self, hierarchy: list[tuple[str, list[str]]], homes: list[int]) -> None:
        """The same classes in one file and spread over three that import each other."""
        together = program("".join(f"class {n}({', '.join(b)}): ...\n" for n, b in hierarchy))
        texts = ["", "", ""]
        home_of = {name: home for (name, _), home in zip(hierarchy, homes, strict=False)}
        for name, bases in hierarchy:
            imports = "".join(
                f"from m{home_of[b]} import {b}\n" for b in bases if home_of[b] != home_of[name]
            )
            texts[home_of[name]] += f"{imports}class {name}({', '.join(bases)}): ...\n"
        with TemporaryDirectory() as folder:
            project = project_of(Path(folder), {f"m{i}.py": t for i, t in enumerate(texts)})
            for name, home in home_of.items():
                found = project.find_class(f"m{home}.{name}")
                assert isinstance(found, Class)
                assert order(found) == order(the_class(together, name))

    def test_diamond_of_stormy_models(self) -> None:
        text = """
            class Model: ...
            class Grid(Model): ...
            class Base(Model): ...
            class Latitudes(Base): ...
            class Era5(Base, Grid): ...
            class Both(Era5, Latitudes): ...
        """
        assert order(the_class(program(text), "Both")) == real_order(text, "Both")

    @pytest.mark.parametrize(
        "text",
        [
            "class A(dict): ...",
            "class A(ValueError, KeyError): ...",
            "class A(object): ...",
            "class B(OSError): ...\nclass A(B, BufferError): ...",
        ],
    )
    def test_builtins(self, text: str) -> None:
        assert order(the_class(program(text), "A")) == real_order(text, "A")

    @pytest.mark.parametrize(
        "text",
        [
            "class B(Generic[T]): ...\nclass A(Generic[T], B[T]): ...",
            "class B(Generic[T]): ...\nclass A(B[int], Generic[T]): ...",
            "class A(Protocol[T], Generic[T]): ...",
            "class B(Protocol): ...\nclass A(B, ABC): ...",
            "class B(Generic[T]): ...\nclass A(B[int]): ...",
        ],
    )
    def test_generics(self, text: str) -> None:
        text = "from abc import ABC\nfrom typing import *\nT = TypeVar('T')\n" + text
        assert order(the_class(program(text), "A")) == real_order(text, "A")

    def test_unresolved_bases_keep_their_place(self) -> None:
        module = program(
            """
            from lost import Gone, Other
            from collections import namedtuple
            class A: ...
            class B(A, Gone, make_base(1)): ...
            class C(Gone): ...
            class D(B, C, Other[int]): ...
            class E(namedtuple("E", "x")): ...
            """
        )
        gone = "lost.Gone"
        assert order(the_class(module, "B")) == ["B", "A", gone, "make_base(1)"]
        # The two heirs of one unresolved class share it, as they would if it were found.
        assert order(the_class(module, "D")) == [
            "D", "B", "A", "C", gone, "make_base(1)", "lost.Other",
        ]  # fmt: skip
        assert order(the_class(module, "E")) == ["E", "namedtuple('E', 'x')".replace("'", '"')]

    def test_circles_end(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {
                "a.py": "from b import B\nclass A(B): ...\nclass S(S): ...",
                "b.py": "from a import A\nC = A\nclass B(C): ...\nclass D(B): ...",
            },
        )
        names = {name: project.find_class(name) for name in ("a.A", "b.B", "b.D", "a.S")}
        orders = {name: order(found) for name, found in names.items() if isinstance(found, Class)}
        assert orders == {
            "a.A": ["A", "B"],
            "b.B": ["B", "A"],
            "b.D": ["D", "B", "A"],
            "a.S": ["S", "S"],
        }

    def test_contradiction(self) -> None:
        module = program("class A: ...\nclass B(A): ...\nclass C(A, B): ...\nclass D(B, B): ...")
        assert order(the_class(module, "C")) == ["C", "A", "B"]
        assert order(the_class(module, "D")) == ["D", "B", "A"]

    def test_long_chain(self) -> None:
        lines = ["class C0: ..."] + [f"class C{i}(C{i - 1}): ..." for i in range(1, 1500)]
        module = program("\n".join(lines))
        assert order(module.classes[-1]) == [f"C{i}" for i in reversed(range(1500))]

    def test_wide_class(self) -> None:
        names = [f"C{i}" for i in range(600)]
        text = "".join(f"class {n}: ...\n" for n in names) + f"class A({', '.join(names)}): ..."
        assert order(program(text).classes[-1]) == ["A", *names]


class TestBases:
    def test_across_files_and_aliases(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {
                "pkg/__init__.py": "from .models import Base as Exported",
                "pkg/models.py": "class Root: ...\nclass Base(Root): ...\nAlias = Base",
                "broken.py": "class Base(:",
            },
        )
        module = program(
            """
            import pkg, pkg.models as m
            from pkg import Exported
            import broken
            Local = m.Alias
            class A(pkg.Exported): ...
            class B(m.Alias): ...
            class C(Local, metaclass=Meta): ...
            class D(Exported[int]): ...
            class E(broken.Base): ...
            class F(Exported if x else Local): ...
            """,
            project,
        )
        for name in "ABCD":
            assert order(the_class(module, name)) == [name, "Base", "Root"]
            assert the_class(module, name).mro[1] is project.find_class("pkg.models.Base")
        assert order(the_class(module, "E")) == ["E", "broken.Base"]
        assert order(the_class(module, "F")) == ["F", "Exported if x else Local"]

    def test_well_known_classes_are_not_read(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {"earth2studio/models/px/utils.py": "1/0", "torch/nn/__init__.py": "class Module: ..."},
        )
        module = program(
            """
            import abc
            import torch
            from earth2studio.models.auto import AutoModelMixin
            from earth2studio.models.px.utils import PrognosticMixin
            class A(torch.nn.Module, AutoModelMixin, PrognosticMixin, abc.ABC): ...
            class B(torch.utils.data.Dataset): ...
            """,
            project,
        )
        assert order(the_class(module, "A")) == [
            "A", "Module", "AutoModelMixin", "PrognosticMixin", "ABC",
        ]  # fmt: skip
        assert order(the_class(module, "B")) == ["B", "Dataset"]
        assert all(isinstance(base, KnownClass) for base in the_class(module, "A").bases)
        assert project.files_read == {}

    def test_persistence_is_read_if_it_is_there(self, tmp_path: Path) -> None:
        text = "from earth2studio.models.px import Persistence\nclass A(Persistence): ..."
        known = the_class(program(text), "A").bases[0]
        assert isinstance(known, KnownClass)
        assert known.bound_state == "checkpoint"
        assert order(the_class(program(text), "A")) == [
            "A", "Persistence", "Module", "PrognosticMixin",
        ]  # fmt: skip
        project = project_of(
            tmp_path, {"earth2studio/models/px/persistence.py": "class Persistence: ..."}
        )
        read = the_class(program(text, project), "A").bases[0]
        assert isinstance(read, Class)
        assert read.qualified_name == "earth2studio.models.px.persistence.Persistence"

    def test_redefined_classes(self) -> None:
        module = program(
            """
            from lost import A
            class A(A): ...
            class B: first = 1
            class B(B): second = 2
            class C(B): ...
            if x:
                class D: ...
            else:
                class D(B): ...
            """
        )
        assert order(module.classes[0]) == ["A", "lost.A"]
        assert [c.node.lineno for c in module.classes] == [3, 4, 5, 6, 8, 10]
        assert order(the_class(module, "C")) == ["C", "B", "B"]
        assert the_class(module, "D").node.lineno == 10

    def test_nested_and_local_classes(self) -> None:
        module = program(
            """
            class A:
                class B: ...
                class C(B): ...
            class D(A.C): ...
            def f():
                class A: ...
                class E(A): ...
            """
        )
        assert [c.qualified_name.removeprefix("<program.py>.") for c in module.classes] == [
            "A", "A.B", "A.C", "D", "f.<locals>.A", "f.<locals>.E",
        ]  # fmt: skip
        assert order(the_class(module, "D")) == ["D", "C", "B"]
        assert the_class(module, "f.<locals>.E").mro[1] is module.classes[4]

    def test_fragment(self) -> None:
        module = fragment("class A(torch.nn.Module, PrognosticMixin): ...\nclass B(Unknown): ...")
        assert order(module.classes[0]) == ["A", "Module", "PrognosticMixin"]
        assert order(module.classes[1]) == ["B", "Unknown"]


class TestLookup:
    MODULE = """
        from lost import Gone
        class Base:
            field: int
            constant = 1
            def step(self): ...
            def close(self): ...
            hook = step
            again = hook
            def __init__(self):
                self.core = 1
                self.close = None
        class Left(Base):
            def step(self): ...
        class Right(Base):
            def step(self): ...
            def only(self): ...
            def removed(self): ...
            del removed
        class Both(Left, Right): ...
        class Cut(Left, Gone, Right): ...
    """

    @pytest.fixture
    def module(self) -> Module:
        return program(self.MODULE)

    def test_methods(self, module: Module) -> None:
        both, left, right, base = (the_class(module, n) for n in ("Both", "Left", "Right", "Base"))
        assert both.lookup("step") == Method(left.node.body[0], left)
        assert both.lookup("step", after=left) == Method(right.node.body[0], right)
        assert both.lookup("step", after=right) == Method(base.node.body[2], base)
        assert both.lookup("step", after=base) is None
        assert both.lookup("only", after=left) == Method(right.node.body[1], right)
        assert both.lookup("hook") == both.lookup("again") == Method(base.node.body[2], base)
        assert both.lookup("absent") is None
        assert both.lookup("removed") is None
        assert left.lookup("step", after=right) is None

    def test_attributes(self, module: Module) -> None:
        both, base = the_class(module, "Both"), the_class(module, "Base")
        core = both.lookup("core")
        assert isinstance(core, Attribute)
        assert core.owner is base
        assert isinstance(core.node, nodes.Assign)
        assert both.lookup("core", after=both) is None
        for name in ("field", "constant"):
            found = both.lookup(name)
            assert isinstance(found, Attribute)
            assert isinstance(found.node, nodes.AssignName)
        assert isinstance(both.lookup("close"), Method)
        assert both.lookup("__module__") is None

    def test_unresolved(self, module: Module) -> None:
        cut, left = the_class(module, "Cut"), the_class(module, "Left")
        assert cut.lookup("step") == Method(left.node.body[0], left)
        assert cut.lookup("step", after=left) is UNRESOLVED
        assert cut.lookup("only") is UNRESOLVED
        assert cut.lookup("core") is UNRESOLVED

    def test_known_classes(self) -> None:
        module = program(
            """
            from earth2studio.models.px import FCN
            class A(FCN): ...
            """
        )
        found = the_class(module, "A")
        fcn = found.bases[0]
        assert isinstance(fcn, KnownClass)
        assert found.lookup("create_iterator") == KnownMethod(fcn, "create_iterator")
        assert found.lookup("checkpoint") == Attribute(fcn, None)
        hook = found.lookup("rear_hook")
        assert isinstance(hook, KnownMethod)
        assert hook.owner.name == "PrognosticMixin"
        register = found.lookup("register_buffer", after=fcn)
        assert isinstance(register, KnownMethod)
        assert register.owner.name == "Module"
        assert found.lookup("create_iterator", after=fcn) is None

    def test_builtin_methods(self) -> None:
        found = the_class(program("class A(dict): ..."), "A")
        update = found.lookup("update")
        assert isinstance(update, KnownMethod)
        assert "update" in update.owner.inert


class TestInstanceAttributes:
    def test_all_ways_to_assign(self) -> None:
        module = program(
            """
            class A:
                def __init__(this, self):
                    this.a = this.b = 1
                    this.c, (this.d, *this.e) = x
                    this.f: int = 1
                    this.f += 1
                    for this.g in x:
                        with x as this.h, y as (this.i, z): ...
                    if x:
                        this.f = 2
                    self.no = this.a.no = other.no = this[0] = 1
                    def closure(z):
                        this.j = 1
                    def hidden(this):
                        this.no = 1
                    class Local:
                        def f(self): self.no = 1
                @staticmethod
                def static(this): this.no = 1
                @classmethod
                def make(cls): cls.k = 1
                if x:
                    def conditional(self, /): self.l = 1
                class Inner:
                    def f(self): self.m = 1
                def none(): no.no = 1
                def stars(*args): args.no = 1
            """
        )
        found = module.classes[0].instance_attributes
        assert {name: [node.lineno for node in places] for name, places in found.items()} == {
            "a": [4], "b": [4], "c": [5], "d": [5], "e": [5], "f": [6, 7, 11], "g": [8], "h": [9],
            "i": [9], "j": [14], "k": [22], "l": [24],
        }  # fmt: skip
        assert list(the_class(module, "A.Inner").instance_attributes) == ["m"]


def test_find_class_says_none_for_what_it_does_not_know(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"a.py": "x = 1\nclass A: ..."})
    for name in ("a", "a.x", "a.B", "b.C", "torch.cat", "<program.py>.A"):
        assert project.find_class(name) is None
    assert isinstance(project.find_class("a.A"), Class)
    assert isinstance(project.find_class("torch.nn.Module"), KnownClass)
    assert isinstance(Project([], []).find_class("earth2studio.models.px.FCN"), KnownClass)
