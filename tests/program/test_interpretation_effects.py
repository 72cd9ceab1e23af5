"""What calling a method does to the bound state: it saves on every path, on some, or on none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from restart_models import ask, model, run_method, saves, unsaved
from source_trees import project_of

if TYPE_CHECKING:
    from pathlib import Path

SAVES = {
    "a field": "self.restart.x = x",
    "fields set by their names in a loop": "for name in x:\n    setattr(self.restart, name, x)",
    "a loop over parts of the model": "for part in self.parts:\n    self.restart.x = part(x)",
    "an annotated field": "self.restart.x: object = x",
    "an augmented field": "self.restart.step += 1",
    "fields in a tuple": "self.restart.x, self.restart.coords = x, x",
    "an item of a field": "self.restart.x[0] = x",
    "a method of a field": "self.restart.x.copy_(x)",
    "a list in a field": "self.restart.window.append(x)",
    "fields of the dataclass behind, set by their names in a loop": (
        "state = self.restart.checkpoint_dataclass\n"
        "for name in x:\n    object.__setattr__(state, name, x)"
    ),
    "setattr": "setattr(self.restart, 'x', x)",
    "an alias": "state = self.restart\nstate.x = x",
    "an alias by getattr": "state = getattr(self, 'restart')\nstate.x = x",
    "a helper": "self._save(x, x)",
    "a helper by another name": "save = self._save\nsave(x, x)",
    "a helper by getattr": "getattr(self, '_save')(x, x)",
    "a helper by partial": "save = partial(self._save, x)\nsave(x)",
    "a helper in a walrus": "(save := self._save)(x, x)",
    "the object by another name": "model = self\nmodel._save(x, x)",
    "an inner function": "def save():\n    self._save(x, x)\nsave()",
    "both branches": "if x:\n    self._save(x, x)\nelse:\n    self.restart.x = x",
    "a finally": "try:\n    x = x()\nfinally:\n    self._save(x, x)",
    "a with": "with torch.no_grad():\n    self._save(x, x)",
    "every case": (
        "match x:\n    case 1:\n        self._save(x, x)\n    case _:\n        self._save(x, x)"
    ),
    "an early return behind it": "self._save(x, x)\nif x:\n    return\nx()",
    "a guard on the session": "if self.restart.checkpoint_enabled:\n    self._save(x, x)",
    "a guard on the level": "if self.restart.checkpoint_level >= 2:\n    self._save(x, x)",
    "a guard on the flush": "if self.restart.checkpoint_is_flush_due:\n    self._save(x, x)",
    "a guard kept in a name": (
        "due = self.restart.checkpoint_enabled and self.restart.checkpoint_level == 2\n"
        "if due:\n    self._save(x, x)"
    ),
    "a guard that leaves": "if not self.restart.checkpoint_enabled:\n    return\nself._save(x, x)",
    "a condition": "self._save(x, x) if self.restart.checkpoint_enabled else None",
    "and": "self.restart.checkpoint_enabled and self._save(x, x)",
    "a loop over names": "for name in ('x', 'coords'):\n    setattr(self.restart, name, x)",
}


@pytest.mark.parametrize("name", SAVES)
def test_a_save_that_is_seen_on_every_path(name: str) -> None:
    assert saves(model(probed(SAVES[name]))) == {"seen"}


SAVES_NOT = {
    "nothing": "x()",
    "a read": "y = self.restart.x",
    "a field that is cleared": "self.restart.x = None",
    "fields that are cleared": "self.restart.x, self.restart.coords = None, ()",
    "an annotation alone": "self.restart.x: object",
    "metadata": "self.restart.checkpoint_level = 2",
    "another attribute of self": "self.x = x",
    "another object's field": "x.restart.x = x",
    "a helper that is not called": "save = self._save",
    "an inner function that is not called": "def save():\n    self._save(x, x)",
    "the input's own method": "x.save(x)",
    "a look at the state": "print(self.restart)\nhasattr(self.restart, 'x')",
    "an attribute of the instance": "self.core(x)\nself.core.step(x)",
    "another level": "if self.restart.checkpoint_level < 2:\n    self._save(x, x)",
    "no session": "if not self.restart.checkpoint_enabled:\n    self._save(x, x)",
    "a hook": "self.front_hook(x, x)",
}


@pytest.mark.parametrize("name", SAVES_NOT)
def test_no_save_on_any_path(name: str) -> None:
    text = model(probed(SAVES_NOT[name]), init="self.core = state.core")
    assert saves(text) == {"not"}


SAVES_SOMETIMES = {
    "one branch": "if x:\n    self._save(x, x)",
    "a loop": "for y in x:\n    self._save(y, y)",
    "an early return before it": "if x:\n    return\nself._save(x, x)",
    "one case": "match x:\n    case 1:\n        self._save(x, x)",
    "a try that is left": "try:\n    x()\n    self._save(x, x)\nexcept ValueError:\n    pass",
    "a suppressed exception": "with suppress(ValueError):\n    x()\n    self._save(x, x)",
    "or": "x or self._save(x, x)",
    "a state that was loaded": "if self.restart.checkpoint_state_loaded:\n    self._save(x, x)",
}


@pytest.mark.parametrize("name", SAVES_SOMETIMES)
def test_a_save_on_some_paths(name: str) -> None:
    assert saves(model(probed(SAVES_SOMETIMES[name]))) == {"seen", "not"}


MAY_SAVE = {
    "a function that is handed the state": "load(self.restart)",
    "the state in a tuple": "load((self.restart, x))",
    "the state in a list": "load([self.restart])",
    "the state in a dict": "load({'state': self.restart})",
    "the state by keyword": "load(state=self.restart)",
    "the state starred": "load(*[self.restart])",
    "the object": "load(self, x)",
    "a method that is handed on": "load(self._save, x)",
    "a method in a dict": "load({'save': self._save})",
    "a method to a pool": "x.submit(self._save, x, x)",
    "a helper by its class": "Model._save(self, x, x)",
    "map": "list(map(self._save, [x], [x]))",
    "a lambda": "save = lambda: self._save(x, x)\nsave()",
    "a lambda that is handed on": "load(lambda: self._save(x, x))",
    "an inner function that is handed on": "def save():\n    self._save(x, x)\nload(save)",
    "an inner function to a method": "def save():\n    self._save(x, x)\nself.call(save)",
    "an inner function of a helper": "self.make()(x)",
    "an object that holds the state": "saver = Unseen(self.restart)\nsaver.save(x)",
    "an object that holds the model": "saver = Unseen(self)\nsaver.save(x)",
    "an object called": "saver = Unseen(self.restart)\nsaver(x)",
    "an object as a context": "with Unseen(self.restart):\n    pass",
    "a method of the dataclass": "self.restart.update(x)",
    "a method of the dataclass by an alias": "state = self.restart\nstate.update(x)",
    "the dataclass's dict": "vars(self.restart).update(x=x)",
    "one of two methods": "save = self._save if x else self.call\nsave(x, x)",
    "a table of methods": "table = {'save': self._save}\ntable['save'](x, x)",
    "a tuple of methods": "for save in (self._save, self.call):\n    save(x, x)",
    "the setter of a property": "self.boundary = x",
    "an attribute that holds a method": "self.saver(x, x)",
    "an attribute that holds an object": "self.store.save(x)",
    "an attribute as a context": "with self.store:\n    pass",
    "a decorated method": "self.decorated(x)",
    "a context manager that saves at its end": "with self.saving(x):\n    pass",
}

_MAY_SAVE_HELPERS = """\

def call(self, function, *rest):
    function()

def make(self):
    def save(x):
        self._save(x, x)
    return save

@property
def boundary(self):
    return 1

@boundary.setter
def boundary(self, x):
    self._save(x, x)

@autosave
def decorated(self, x):
    return x

@contextmanager
def saving(self, x):
    yield
    self._save(x, x)
"""


@pytest.mark.parametrize("name", MAY_SAVE)
def test_what_may_save_is_not_taken_for_a_missing_save(name: str) -> None:
    init = "self.saver = partial(self._save)\nself.store = Unseen(self.restart)"
    text = model(probed(MAY_SAVE[name]) + _MAY_SAVE_HELPERS, init=init)
    assert "not" not in saves(text)


METHODS = {
    "a generator is not run by its call": (
        "self.steps(x)",
        "def steps(self, x):\n    self._save(x, x)\n    yield x\n",
        {"not"},
    ),
    "itself": (
        "self.again(x)",
        "def again(self, x):\n    if x:\n        self.again(x)\n    self._save(x, x)\n",
        {"seen"},
    ),
    "each other": (
        "self.one(x)",
        "def one(self, x):\n    if x:\n        self.two(x)\n    self._save(x, x)\n"
        "def two(self, x):\n    self.one(x)\n",
        {"seen"},
    ),
    "nothing but itself": (
        "self.again(x)",
        "def again(self, x):\n    if x:\n        self.again(x)\n",
        {"maybe", "not"},
    ),
    "a stub": ("self.stub(x)", "def stub(self, x):\n    raise NotImplementedError\n", {"maybe"}),
    "a static method with the state": (
        "self.put(self.restart, x)",
        "@staticmethod\ndef put(state, x):\n    state.x = x\n",
        {"seen"},
    ),
    "a static method": ("self.put(x)", "@staticmethod\ndef put(x):\n    return x\n", {"not"}),
    "a property": ("self.core", "@property\ndef core(self):\n    return 1\n", {"not"}),
    "a decorator that changes nothing": (
        "self.put(x)",
        "@torch.inference_mode()\ndef put(self, x):\n    self._save(x, x)\n",
        {"seen"},
    ),
    "a default that saves": (
        "self.put(x)",
        "def put(self, x, save=True):\n    if save:\n        self._save(x, x)\n",
        {"seen"},
    ),
    "a default that does not": (
        "self.put(x)",
        "def put(self, x, *, save=False):\n    if save:\n        self._save(x, x)\n",
        {"not"},
    ),
    "an argument that turns it on": (
        "self.put(x, save=True)",
        "def put(self, x, *, save=False):\n    if save:\n        self._save(x, x)\n",
        {"seen"},
    ),
    "an object by another name": (
        "self.put(x)",
        "def put(model, x):\n    model._save(x, x)\n",
        {"seen"},
    ),
    "its call": ("self(x)", "def __call__(self, x):\n    self._save(x, x)\n", {"seen"}),
    "a method by another name": ("self.put(x, x)", "put = _save\n", {"seen"}),
}


@pytest.mark.parametrize("name", METHODS)
def test_the_effect_of_a_method_is_that_of_its_body(name: str) -> None:
    body, helper, expected = METHODS[name]
    assert saves(model(probed(body) + helper)) == expected


def test_a_chain_of_calls_is_followed_to_a_certain_depth() -> None:
    def chain(length: int) -> str:
        links = [f"def m{i}(self, x):\n    self.m{i + 1}(x)\n" for i in range(length)]
        return model(probed("self.m0(x)") + "".join(links) + f"def m{length}(self, x):\n    x()\n")

    assert saves(chain(3)) == {"not"}
    assert saves(chain(20)) == {"maybe"}


def test_a_function_of_the_module_saves_into_what_it_is_given() -> None:
    head = (
        "def put(state, x):\n    state.x = x\n\ndef put_all(model, x):\n    model.restart.x = x\n"
    )
    assert saves(model(probed("put(self.restart, x)"), head=head)) == {"seen"}
    assert saves(model(probed("put_all(self, x)"), head=head)) == {"seen"}
    assert saves(model(probed("put(x, x)"), head=head)) == {"not"}


DIAMOND = """\
from earth2studio.utils.checkpoint import bind_checkpoint_state


class Top:
    def __init__(self, state):
        self.restart = bind_checkpoint_state(state)

    def keep(self, x):
        x.check()

    def probed(self, x):
        self.keep(x)


class Left(Top):
    def keep(self, x):
        super().keep(x)


class Right(Top):
    def keep(self, x):
        self.restart.x = x
        super().keep(x)


class Both(Left, Right):
    pass
"""


@pytest.mark.parametrize(
    ("class_name", "expected"),
    [("Top", "not"), ("Left", "not"), ("Right", "seen"), ("Both", "seen")],
)
def test_super_goes_on_along_the_order_of_the_object(class_name: str, expected: str) -> None:
    assert saves(DIAMOND.replace("        pass\n", "        x()\n"), "probed", class_name) == {
        expected
    }


def test_a_base_that_cannot_be_seen_may_save() -> None:
    text = model(probed("self.keep(x)"), bases="Unseen")
    assert saves(text) == {"maybe"}
    assert saves(model(probed("super().keep(x)"), bases="Unseen")) == {"maybe"}
    assert saves(model(probed("self.front_hook(x, x)"), bases="Unseen")) == {"not"}


def test_a_base_in_another_file_is_followed(tmp_path: Path) -> None:
    base = "class Base:\n    def keep(self, x):\n        self.restart.x = x\n"
    project = project_of(tmp_path, {"bases.py": base})
    text = model(probed("self.keep(x)"), bases="Base", head="from bases import Base\n")
    module = ask(text, project=project).module
    assert run_method(module, "Model", "probed")[1] == {"seen"}


@pytest.mark.parametrize("known", ["FCN", "Persistence"])
def test_bundled_facts_tell_what_a_known_model_does(known: str) -> None:
    head = f"from earth2studio.models.px import {known}\n"
    assert saves(model(probed("self._save_checkpoint_state(x, x)"), bases=known, head=head)) == {
        "seen"
    }
    assert saves(model(probed("self.output_coords(x)"), bases=known, head=head)) == {"not"}


def test_a_generator_that_saves_before_each_yield_has_saved_when_it_is_drawn_from() -> None:
    inner = "def inner(self, x):\n    for y in x:\n        self._save(y, y)\n        yield y\n"
    restores = "x, _, _ = self._restore(x, x)\n"
    for drawing in (
        "for y in self.inner(x):\n    yield y, x\n",
        "for _, y in enumerate(self.inner(x)):\n    yield y, x\n",
        "it = iter(self.inner(x))\nwhile True:\n    y = next(it)\n    yield y, x\n",
    ):
        text = model(inner + body_of("create_iterator", "self, x, coords", restores + drawing))
        assert unsaved(text) == []
        without = text.replace("        self._save(y, y)\n", "")
        assert unsaved(without) == ["yield y, x"]


def test_one_of_two_generators_may_have_saved() -> None:
    text = model("""
        def inner(self, x):
            for y in x:
                self._save(y, y)
                yield y

        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            steps = self.inner(x) if coords else self.inner(coords)
            for y in steps:
                yield y, coords
        """)
    assert unsaved(text) == []


def test_a_generator_that_saves_later_boundaries_alone_may_have_saved() -> None:
    text = model("""
        def inner(self, x):
            yield x
            while True:
                self._save(x, x)
                yield x

        def create_iterator(self, x, coords):
            x, coords, _ = self._restore(x, coords)
            steps = self.inner(x)
            x = next(steps)
            self._save(x, coords)
            yield x, coords
            for y in steps:
                yield y, coords
        """)
    assert unsaved(text) == []


def probed(body: str) -> str:
    return body_of("probed", "self, x", body)


def body_of(name: str, parameters: str, body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.rstrip("\n").split("\n"))
    return f"def {name}({parameters}):\n{lines}"
