"""Restart-aware models to ask the analyses about: a fixed frame around a body under test."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

from source_trees import fragment, program

from ckptlint.program.classes import Method
from ckptlint.program.interpretation.frame import make_frame
from ckptlint.program.interpretation.interpreter import Interpreter
from ckptlint.program.interpretation.values import reads_of
from ckptlint.program.interpretation.world import Saved
from ckptlint.program.program import Program

if TYPE_CHECKING:
    from astroid import nodes

    from ckptlint.program.module import Module
    from ckptlint.program.project import Project

_MODEL = """\
import torch
from functools import cached_property, partial
from contextlib import contextmanager, suppress
from unseen import Unseen, autosave, load
from earth2studio.utils.checkpoint import Checkpoint, bind_checkpoint_state


class Parent:
    def create_iterator(self, x, coords):
        self.noise = self.draw(x)
        yield x, coords


class Model({bases}):
    def __init__(self, state):
        self.restart = bind_checkpoint_state(state)
{init}

    def _save(self, x, coords):
        self.restart.x = x.clone()
        self.restart.coords = tuple(coords)

    def _restore(self, x, coords):
        if self.restart.checkpoint_state_loaded and self.restart.x is not None:
            return self.restart.x, self.restart.coords, True
        return x, coords, False

{body}
"""


def model(body: str, *, bases: str = "Parent", init: str = "", head: str = "") -> str:
    """Write a model whose class holds `body` beside `_save` and `_restore`.

    `init` goes on in its ``__init__``, `head` stands before everything.
    """
    return dedent(head) + _MODEL.format(
        bases=bases,
        init=indent(dedent(init), " " * 8),
        body=indent(dedent(body), " " * 4),
    )


def ask(text: str, *, is_fragment: bool = False, project: Project | None = None) -> Program:
    module = fragment(text) if is_fragment else program(text, project)
    assert not module.syntax_problems
    return Program(module)


def unsaved(text: str, *, is_fragment: bool = False) -> list[str]:
    """Return the yields without a save, as texts."""
    asked = ask(text, is_fragment=is_fragment)
    return [asked.text(found.node) for found in asked.unsaved_yields]


def restarted(text: str, *, is_fragment: bool = False) -> list[str]:
    """Return the calls that restart a parent, as texts."""
    asked = ask(text, is_fragment=is_fragment)
    return [asked.text(found.call) for found in asked.restarted_parents]


def run_method(module: Module, class_name: str, name: str) -> tuple[Interpreter, set[str]]:
    """Run a method on its own; return what was seen, and whether it may end saved."""
    found = module.class_named(f"{module.prefix}.{class_name}")
    assert found is not None
    method = found.lookup(name)
    assert isinstance(method, Method)
    frame = make_frame(method.function, method.owner.module, found, method.owner)
    interpreter = Interpreter(module)
    outcome = interpreter.run(frame, interpreter.entry_world(frame), hands_out=False)
    ends = set()
    for _, world in outcome.ends:
        boundary = world.boundary
        ends.add(("seen" if boundary.seen else "maybe") if isinstance(boundary, Saved) else "not")
    return interpreter, ends


def saves(text: str, name: str = "probed", class_name: str = "Model") -> set[str]:
    """Tell how a method may end: its saves "seen", "maybe" made in what is not seen, or "not"."""
    return run_method(program(text), class_name, name)[1]


def reaching(text: str, name: str = "probed", class_name: str = "Model") -> set[str]:
    """Return, as texts, the reads of restored state that an argument of ``probe(...)`` may hold."""
    module = program(text)
    interpreter, _ = run_method(module, class_name, name)
    probes = [call for call in interpreter.observations.calls if _is_probe(call)]
    assert probes, "no probe was reached"
    return {
        module.text(read)
        for call in probes
        for way in interpreter.observations.calls[call]
        for argument in way.arguments
        for read in reads_of(argument)
    }


def is_reached(text: str, name: str = "probed", class_name: str = "Model") -> bool:
    """Tell whether any call of ``probe`` can be reached."""
    interpreter, _ = run_method(program(text), class_name, name)
    return any(map(_is_probe, interpreter.observations.calls))


def _is_probe(call: nodes.Call) -> bool:
    return getattr(call.func, "name", None) == "probe"
