from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from astroid import nodes
from source_trees import fragment, program, project_of, write_tree

from ckptlint.program.module import parse_module
from ckptlint.program.project import Project, content_digest, module_name_of
from ckptlint.sources.source import Source, SourceKind

if TYPE_CHECKING:
    from ckptlint.program.module import Module

CHECKPOINT = "earth2studio.utils.checkpoint.Checkpoint"
PERSISTENCE = "earth2studio.models.px.persistence.Persistence"


def last_name(module: Module) -> str | None:
    """Resolve the expression that is the last statement, or the argument of the last `look()`."""
    calls = [
        call
        for call in module.tree.nodes_of_class(nodes.Call)
        if isinstance(call.func, nodes.Name) and call.func.name == "look"
    ]
    return module.resolve(calls[-1].args[0] if calls else module.tree.body[-1].value)


class TestImports:
    @pytest.mark.parametrize(
        "text",
        [
            "from earth2studio.utils.checkpoint import Checkpoint\nCheckpoint",
            "from earth2studio.utils.checkpoint import Checkpoint as C\nC",
            "from earth2studio.utils import checkpoint\ncheckpoint.Checkpoint",
            "from earth2studio.utils import checkpoint as cp\ncp.Checkpoint",
            "import earth2studio.utils.checkpoint as cp\ncp.Checkpoint",
            "import earth2studio.utils.checkpoint\nearth2studio.utils.checkpoint.Checkpoint",
            "import earth2studio.run, earth2studio.utils.checkpoint\n"
            "earth2studio.utils.checkpoint.Checkpoint",
            "from earth2studio.utils.checkpoint import *\nCheckpoint",
            "import earth2studio.utils.checkpoint as cp\nC = cp.Checkpoint\nD = C\nD",
            "import earth2studio.utils.checkpoint as cp\nC: type = cp.Checkpoint\nC",
            "def f():\n    from earth2studio.utils.checkpoint import Checkpoint\n"
            "    def g():\n        look(Checkpoint)",
            "try:\n    from earth2studio.utils.checkpoint import Checkpoint as C\n"
            "except ImportError:\n    C = None\nC",
            "C = None\nif x:\n    from earth2studio.utils.checkpoint import Checkpoint as C\nC",
            "try:\n    from earth2studio.utils.checkpoint import Checkpoint as C\n"
            "except (ImportError, AttributeError):\n    class C: ...\nC",
            "class A:\n    from earth2studio.utils.checkpoint import Checkpoint\n"
            "    x = look(Checkpoint)",
            "def f():\n  global C\n  from earth2studio.utils.checkpoint import Checkpoint as C\n"
            "def g():\n    look(C)",
            "if x:\n    from earth2studio.utils.checkpoint import Checkpoint as C\nelse:\n"
            "    from earth2studio.utils.checkpoint import Checkpoint as C\nC",
        ],
    )
    def test_checkpoint_by_any_name(self, text: str) -> None:
        assert last_name(program(text)) == CHECKPOINT

    @pytest.mark.parametrize(
        "text",
        [
            "Checkpoint",
            "print",
            "from . import Checkpoint\nCheckpoint",
            "from a import C\nfrom b import C\nC",
            "try:\n    from a import C\nexcept ImportError:\n    from b import C\nC",
            "from a import C\ndef f(C):\n    look(C)",
            "from a import C\ndef f():\n    C = 1\n    look(C)",
            "from a import C\ndef f(*C):\n    look(C)",
            "from a import C\nfor C in x: pass\nC",
            "from a import C\n[look(C) for C in x]",
            "from a import C\nlambda C: look(C)",
            "from a import C\nC = wrap(C)\nC",
            "A = B\nB = A\nA",
            "A = A\nA",
            "import a\na[0]",
            "import a\na().b",
            "class A:\n    def f(self):\n        look(self.x)",
            "from a import *\nC",
            "with open(x) as C: pass\nC",
            "match x:\n    case C: pass\nC",
        ],
    )
    def test_unknown(self, text: str) -> None:
        assert last_name(program(text)) is None

    @pytest.mark.parametrize(
        "text",
        [
            "from a import C\nclass A:\n    C = 1\n    def f(self):\n        look(C)",
            "from a import C\nclass A:\n    C = 1\n    x = [look(C) for y in z]",
            "from a import C\ndef f(x=look(C), C=1): ...",
            "from a import C\ndef f(C) -> look(C): ...",
            "from a import C\n@look(C)\ndef f(C): ...",
            "from a import C\nclass A(look(C)):\n    C = 1",
            "from a import C\n[C for C in look(C)]",
            "from a import C\nlambda C=look(C): C",
        ],
    )
    def test_scopes_that_do_not_count(self, text: str) -> None:
        assert last_name(program(text)) == "a.C"

    def test_class_body_counts_for_the_first_iterable_of_a_comprehension(self) -> None:
        assert (
            last_name(program("from a import C\nclass A:\n    C = 1\n    [x for x in look(C)]"))
            is None
        )


class TestOwnDefinitions:
    def test_named_module(self) -> None:
        module = program("class A:\n    class B: ...\nA.B", name="pkg.mod")
        assert last_name(module) == "pkg.mod.A.B"

    def test_script(self) -> None:
        assert last_name(program("def f(): ...\nf")) == "<program.py>.f"

    def test_local_class(self) -> None:
        module = program("def f():\n    class A: ...\n    look(A)")
        assert last_name(module) == "<program.py>.f.<locals>.A"


class TestFragments:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Checkpoint", CHECKPOINT),
            ("bind_checkpoint_state", "earth2studio.utils.checkpoint.bind_checkpoint_state"),
            ("NullCheckpoint", "earth2studio.utils.checkpoint.NullCheckpoint"),
            ("Persistence", PERSISTENCE),
            ("FCN", "earth2studio.models.px.fcn.FCN"),
            ("PrognosticMixin", "earth2studio.models.px.utils.PrognosticMixin"),
            ("torch.nn.Module", "torch.nn.modules.module.Module"),
            ("nn.Module", "torch.nn.modules.module.Module"),
            ("from lightning import Checkpoint\nCheckpoint", "lightning.Checkpoint"),
            ("Checkpoint = make()\nCheckpoint", None),
            ("from somewhere import *\nCheckpoint", None),
            ("Something", None),
            ("self.checkpoint", None),
            ("print", None),
        ],
    )
    def test_unbound(self, text: str, expected: str | None) -> None:
        assert last_name(fragment(text)) == expected


class TestOtherFiles:
    def test_re_exports(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {
                "pkg/__init__.py": "from .inner import A as B\nfrom . import inner",
                "pkg/inner/__init__.py": "from .deep.leaf import A\nC = A",
                "pkg/inner/deep/leaf.py": "class A:\n    class N: ...",
            },
        )
        for name in ("pkg.B", "pkg.inner.A", "pkg.inner.C", "pkg.inner.deep.leaf.A"):
            assert project.canonical(name) == "pkg.inner.deep.leaf.A"
        assert project.canonical("pkg.B.N") == "pkg.inner.deep.leaf.A.N"
        assert project.canonical("pkg.missing.x") == "pkg.missing.x"
        assert last_name(program("from pkg import B\nB", project)) == "pkg.inner.deep.leaf.A"
        assert last_name(program("from pkg import inner\ninner.C", project)) == (
            "pkg.inner.deep.leaf.A"
        )

    def test_relative_imports(self, tmp_path: Path) -> None:
        files = {
            "pkg/__init__.py": "",
            "pkg/a.py": "class A: ...",
            "pkg/sub/__init__.py": "from ..a import A",
            "pkg/sub/b.py": "from ..a import A\nfrom . import A as B\nfrom .... import C",
        }
        project = project_of(tmp_path, files)
        for name in ("pkg.sub.A", "pkg.sub.b.A", "pkg.sub.b.B"):
            assert project.canonical(name) == "pkg.a.A"
        assert project.canonical("pkg.sub.b.C") == "pkg.sub.b.C"
        linted = parse_module(
            Source(
                str(tmp_path / "pkg/sub/__init__.py"), SourceKind.PYTHON, "from ..a import A\nA"
            ),
            project,
            "pkg.sub",
        )
        assert last_name(linted) == "pkg.a.A"

    def test_package_member_hides_the_submodule_of_its_name(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {"pkg/__init__.py": "from .step import step", "pkg/step.py": "def step(): ..."},
        )
        assert project.canonical("pkg.step") == "pkg.step.step"
        assert project.canonical("pkg.step.step") == "pkg.step.step"

    def test_namespace_packages(self, tmp_path: Path) -> None:
        first = write_tree(tmp_path / "one", {"space/a/mod.py": "class A: ..."})
        second = write_tree(tmp_path / "two", {"space/b/mod.py": "from space.a.mod import A"})
        project = Project([first], [second])
        assert project.canonical("space.b.mod.A") == "space.a.mod.A"
        assert project.module("space") is None
        assert project.module("space.b") is None

    def test_the_first_root_wins_and_regular_packages_beat_folders(self, tmp_path: Path) -> None:
        first = write_tree(tmp_path / "one", {"pkg/data.txt": "", "mod.py": "class First: ..."})
        second = write_tree(
            tmp_path / "two", {"pkg/__init__.py": "class A: ...", "mod.py": "class Second: ..."}
        )
        project = Project([first], [second])
        assert project.find_class("pkg.A") is not None
        assert project.find_class("mod.First") is not None
        assert project.find_class("mod.Second") is None

    def test_stubs_are_the_last_resort(self, tmp_path: Path) -> None:
        first = write_tree(tmp_path / "one", {"a.pyi": "class Stub: ...", "b.pyi": "class B: ..."})
        second = write_tree(tmp_path / "two", {"a.py": "class Real: ..."})
        project = Project([first], [second])
        assert project.find_class("a.Real") is not None
        assert project.find_class("a.Stub") is None
        assert project.find_class("b.B") is not None

    def test_cyclic_imports(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {
                "a.py": "from b import x, y\nz = x\nfrom b import *",
                "b.py": "from a import x, z\ny = z\nfrom a import *",
                "c.py": "import c\nx = c.x\nclass A(x): ...",
            },
        )
        for name in ("a.x", "a.y", "a.z", "b.z", "a.w"):
            assert project.canonical(name).partition(".")[0] in ("a", "b")
        assert project.canonical("c.x") == "c.x"
        assert project.find_class("a.w") is None

    def test_endless_packages(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path, {"p/__init__.py": "from p.p import x", "p/p.py": "import p\nx = p.x.x"}
        )
        assert project.canonical("p.x").startswith("p.x")

    def test_stars(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {
                "a.py": "from b import *\nfrom listed import *",
                "b.py": "from c import *\nclass _Hidden: ...",
                "c.py": "class C: ...\nimport d",
                "d.py": "",
                "listed.py": "__all__ = ['_Shown', 'gone']\nclass _Shown: ...\nclass Unlisted: ...",
            },
        )
        text = "from a import *\n"
        assert last_name(program(text + "C", project)) == "c.C"
        assert last_name(program(text + "_Shown", project)) is None
        assert last_name(program("from listed import *\n_Shown", project)) == "listed._Shown"
        assert last_name(program("from listed import *\nUnlisted", project)) is None
        assert last_name(program("from b import *\n_Hidden", project)) is None
        assert project.canonical("a._Shown") == "listed._Shown"

    def test_broken_and_undecodable_files(self, tmp_path: Path) -> None:
        write_tree(tmp_path, {"broken.py": "class A(:\n"})
        (tmp_path / "bytes.py").write_bytes(b"x = '\xff'\n")
        project = Project([tmp_path], [])
        for name in ("broken", "bytes"):
            module = project.module(name)
            assert module is not None
            assert len(module.syntax_problems) == 1
            assert project.canonical(f"{name}.A") == f"{name}.A"

    def test_large_packages_are_not_opened(self, tmp_path: Path) -> None:
        files = {"torch/__init__.py": "from b import cat", "b.py": "def cat(): ..."}
        environment = Project([], [write_tree(tmp_path, files)])
        assert environment.canonical("torch.cat") == "torch.cat"
        assert environment.files_read == {}

    def test_the_linted_tree_is_read_whatever_its_names(self, tmp_path: Path) -> None:
        files = {
            "statistics.py": "from torch import C",
            "torch/__init__.py": "from b import C",
            "b.py": "class C: ...",
            "numpy/data.txt": "",
        }
        project = project_of(tmp_path, files)
        assert project.canonical("statistics.C") == "b.C"
        assert project.canonical("numpy.C") == "numpy.C"
        assert last_name(program("from statistics import *\nC", project)) == "b.C"

    def test_the_analysed_module_stands_for_its_file(self, tmp_path: Path) -> None:
        project = project_of(tmp_path, {"a.py": "class A: ...", "b.py": "from a import A"})
        file = tmp_path / "a.py"
        edited = Source(str(file), SourceKind.PYTHON, "class B: ...")
        module = parse_module(edited, project, "a")
        assert project.module("a") is module
        program("x = 1", project)
        read = project.module("a")
        assert read is not None
        assert read.source.text == "class A: ..."
        same = Source(str(file), SourceKind.PYTHON, "class A: ...")
        assert parse_module(same, project, "a") is read
        assert read.source is same
        assert parse_module(edited, project, "a") is not read

    def test_a_file_of_the_same_name_elsewhere_does_not(self, tmp_path: Path) -> None:
        project = project_of(tmp_path, {"one/a.py": "class A: ...", "a.py": "class A: ..."})
        source = Source(str(tmp_path / "one/a.py"), SourceKind.PYTHON, "class A: ...")
        module = parse_module(source, project, "a")
        assert project.module("a") is not module
        assert parse_module(source, project, "a") is not project.module("a")


FILES = {
    "pkg/__init__.py": "from .a import A",
    "pkg/a.py": "class A: ...",
    "use.py": "from pkg import A",
}


class TestDependencies:
    def test_files_read(self, tmp_path: Path) -> None:
        project = project_of(tmp_path, FILES)
        assert project.canonical("pkg.A") == "pkg.a.A"
        digests = {
            tmp_path / name: content_digest(text.encode())
            for name, text in FILES.items()
            if name != "use.py"
        }
        assert project.files_read == {
            tmp_path / "pkg/A": None,
            tmp_path / "pkg/A.py": None,
            tmp_path / "pkg/A/__init__.pyi": None,
            tmp_path / "pkg/A.pyi": None,
            tmp_path / "pkg/a": None,
            **digests,
        }

    def test_remembered_answers_are_recorded_again(self, tmp_path: Path) -> None:
        project = project_of(tmp_path, FILES)
        recordings = []
        for _ in range(2):
            with project.recording() as files:
                project.canonical("pkg.A")
                project.find_class("pkg.A")
            recordings.append(files)
        assert recordings[0] == recordings[1] == project.files_read
        with project.recording() as files:
            pass
        assert files == {}

    def test_recordings_nest(self, tmp_path: Path) -> None:
        project = project_of(tmp_path, FILES)
        with project.recording() as outer:
            with project.recording() as inner:
                project.module("pkg")
            project.module("use")
        assert tmp_path / "use.py" not in inner
        assert set(outer) > set(inner)

    def test_orders_of_classes_rest_on_all_their_files(self, tmp_path: Path) -> None:
        project = project_of(
            tmp_path,
            {
                "a.py": "class A: ...",
                "b.py": "from a import A\nclass B(A): ...",
                "c.py": "from b import B\nclass C(B): ...",
            },
        )
        project.find_class("c.C").mro  # noqa: B018
        with project.recording() as files:
            project.find_class("b.B").mro  # noqa: B018
        assert {file.name for file, digest in files.items() if digest} == {"a.py", "b.py"}
        with project.recording() as files:
            project.find_class("c.C").mro  # noqa: B018
        assert {file.name for file, digest in files.items() if digest} == {"a.py", "b.py", "c.py"}


class TestModuleNames:
    @pytest.mark.parametrize(
        ("file", "name", "root"),
        [
            ("script.py", "script", ""),
            ("my-script.py", None, ""),
            ("pkg/__init__.py", "pkg", ""),
            ("pkg/sub/__init__.py", "pkg.sub", ""),
            ("pkg/sub/mod.py", "pkg.sub.mod", ""),
            ("pkg/data/mod.py", "mod", "pkg/data"),
            ("src/space/part/mod.py", "space.part.mod", "src"),
            ("src/space/inner/mod.py", "space.inner.mod", "src"),
            ("other/src/mod.py", "mod", "other/src"),
        ],
    )
    def test_name_and_root(self, tmp_path: Path, file: str, name: str | None, root: str) -> None:
        write_tree(
            tmp_path,
            {
                "pyproject.toml": "",
                "pkg/__init__.py": "",
                "pkg/sub/__init__.py": "",
                "src/space/inner/__init__.py": "",
            },
        )
        assert module_name_of(tmp_path / file) == (name, tmp_path / root)

    def test_relative_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_tree(tmp_path, {"p/__init__.py": ""})
        monkeypatch.chdir(tmp_path / "p")
        assert module_name_of(Path("a.py")) == ("p.a", tmp_path)
