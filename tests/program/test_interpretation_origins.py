"""Which reads of restored state may reach an argument, in which ways through a program."""

from __future__ import annotations

import pytest
from restart_models import is_reached, model, reaching

PLAIN = {
    "a field": "probe(self.restart.x)",
    "a name": "y = self.restart.x\nprobe(y)",
    "an annotated name": "y: object = self.restart.x\nprobe(y)",
    "an alias of the state": "state = self.restart\nprobe(state.x)",
    "a method of a tensor": "probe(self.restart.x.to(x.device).clone())",
    "an item": "probe(self.restart.x[0, ..., -1:])",
    "an operator": "probe(-self.restart.x * 2 + x)",
    "a formatted text": "probe(f'{self.restart.x}')",
    "a conversion": "probe(torch.as_tensor(self.restart.x))",
    "a keyword": "probe(x=self.restart.x)",
    "a starred argument": "probe(*(x, self.restart.x))",
    "a mapping of keywords": "probe(**{'x': self.restart.x})",
    "a tuple": "probe((x, self.restart.x))",
    "a list": "probe([self.restart.x])",
    "a dict": "probe({'x': self.restart.x})",
    "a tuple that is taken apart": "y, z = x, self.restart.x\nprobe(z)",
    "a starred tuple in a tuple": "t = x, self.restart.x\nprobe((*t, True)[1])",
    "a starred list that is not followed": "t = (*[self.restart.x], x)\nprobe(t[1])",
    "a tuple by its index": "t = x, self.restart.x\nprobe(t[1])",
    "a starred target": "y, *z = x, self.restart.x, 1\nprobe(z)",
    "nested targets": "(y, z), n = (x, self.restart.x), 1\nprobe(z)",
    "a swap": "y, z = self.restart.x, x\ny, z = z, y\nprobe(z)",
    "a chain of targets": "y = z = self.restart.x\nprobe(y)",
    "an augmented assignment": "x += self.restart.x\nprobe(x)",
    "a walrus": "if (y := self.restart.x) is not None:\n    probe(y)",
    "an item that is set": "d = {}\nd['x'] = self.restart.x\nprobe(d)",
    "an item of an item": "d = {'a': {}}\nd['a']['x'] = self.restart.x\nprobe(d)",
    "a method that takes it up": "d = {}\nd.update(x=self.restart.x)\nprobe(d)",
    "a list that takes it up": "found = []\nfound.append(self.restart.x)\nprobe(found[0])",
    "an attribute of self": "self.y = self.restart.x\nprobe(self.y)",
    "a list comprehension": "probe([y.to(x.device) for y in self.restart.x])",
    "a dict comprehension": "probe({name: y for name, y in enumerate(self.restart.x)})",
    "a generator expression": "probe(tuple(y for y in self.restart.x))",
    "a loop over it": "for y in self.restart.x:\n    probe(y)",
    "a loop that restores at its end": "for _ in x:\n    probe(x)\n    x = self.restart.x",
    "a conditional expression": (
        "probe(self.restart.x if self.restart.checkpoint_state_loaded else x)"
    ),
    "or": "probe(self.restart.x or x)",
    "or a tuple": "y, z = self.restart.x or (x, x)\nprobe(y)",
    "and": "probe(self.restart.checkpoint_state_loaded and self.restart.x)",
    "a branch": "if self.restart.x is not None:\n    x = self.restart.x\nprobe(x)",
    "a try": "try:\n    y = self.restart.x\nexcept KeyError:\n    y = x\nprobe(y)",
    "a finally": "try:\n    y = x\nfinally:\n    y = self.restart.x\nprobe(y)",
    "a with": "with torch.no_grad():\n    y = self.restart.x\nprobe(y)",
    "a context made of it": "with load(self.restart.x) as y:\n    probe(y)",
    "getattr": "probe(getattr(self.restart, 'x'))",
    "getattr with a default": "probe(getattr(self.restart, 'x', None))",
    "a name that stays where another is deleted": "y = z = self.restart.x\ndel z\nprobe(y)",
    "a conversion behind a None": "y = self.restart.x\nif y is None:\n    y = x\nprobe(y)",
    "the first of several levels": (
        "if self.restart.checkpoint_level == 2:\n    x = self.restart.x\nprobe(x)"
    ),
    "the guards that hold": (
        "if self.restart.checkpoint_enabled and self.restart.checkpoint_is_flush_due:\n"
        "    probe(self.restart.x)"
    ),
    "an inner function": "def inner():\n    return self.restart.x\nprobe(inner())",
    "an inner function that sees a name": (
        "y = self.restart.x\ndef inner():\n    return y\nprobe(inner())"
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_restored_state_reaches_the_argument(name: str) -> None:
    (read,) = reaching(model("def probed(self, x):\n" + _indented(PLAIN[name])))
    assert "x" in read


FRESH = {
    "the argument": "probe(x)",
    "a device": "probe(x.to(self.restart.x.device))",
    "a shape": "probe(torch.zeros(self.restart.x.shape, dtype=self.restart.x.dtype))",
    "metadata": "probe(self.restart.checkpoint_metadata, self.restart.checkpoint_lead_time)",
    "metadata by getattr": "probe(getattr(self.restart, 'checkpoint_level', 0))",
    "the length": "n = len(self.restart.x)\nprobe(n)",
    "the type": "probe(isinstance(self.restart.x, torch.Tensor))",
    "whether it is there": "probe(self.restart.x is not None)",
    "a comparison": "probe(self.restart.x == x)",
    "what overwrote it": "y = self.restart.x\ny = x\nprobe(y)",
    "the other element": "y, z = x, self.restart.x\nprobe(y)",
    "what stands beside a starred tuple": "t = self.restart.x, x\nprobe((*t, x)[2])",
    "the other element by a swap": "y, z = self.restart.x, x\ny, z = z, y\nprobe(y)",
    "a field written before": "self.restart.x = x\nprobe(self.restart.x)",
    "a field written in a helper": "self._save(x, x)\nprobe(self.restart.x)",
    "where nothing was loaded": (
        "if not self.restart.checkpoint_state_loaded:\n    probe(self.restart.x)"
    ),
    "where something was loaded, left before": (
        "if self.restart.checkpoint_state_loaded:\n    return\nprobe(self.restart.x)"
    ),
    "the branch that has not restored": (
        "loaded = False\n"
        "if self.restart.x is not None:\n"
        "    x, loaded = self.restart.x, True\n"
        "if not loaded:\n"
        "    probe(x)"
    ),
    "the flag turned round": (
        "x, _, loaded = self._restore(x, x)\nfirst = not loaded\nif first:\n    probe(x)"
    ),
    "the loop that ends with the flag": (
        "x, _, loaded = self._restore(x, x)\nwhile not loaded:\n    probe(x)\n    loaded = True"
    ),
    "the flag of a helper": "x, _, loaded = self._restore(x, x)\nif not loaded:\n    probe(x)",
    "the flag as a number": (
        "n = 0\nif self.restart.x is not None:\n    x, n = self.restart.x, 1\n"
        "if n == 0:\n    probe(x)"
    ),
    "the condition again": (
        "if self.restart.x is not None:\n    x = self.restart.x\n"
        "if self.restart.x is None:\n    probe(x)"
    ),
    "the condition by a name": (
        "y = self.restart.x\nif y is not None:\n    x = y\nif y is None:\n    probe(x)"
    ),
    "the condition kept in a name": (
        "loaded = self.restart.checkpoint_state_loaded\nif loaded:\n    x = self.restart.x\n"
        "if not loaded:\n    probe(x)"
    ),
    "a None": "y = self.restart.x\nif y is None:\n    probe(y)",
    "the call's own result": "ok = torch.rand(3)\nprobe(ok)",
    "a helper that gives something else": "ok = self.look(self.restart.x)\nprobe(ok)",
    "the inner function's own name": (
        "y = self.restart.x\ndef inner(y):\n    return y\nprobe(inner(x))"
    ),
}


@pytest.mark.parametrize("name", FRESH)
def test_restored_state_does_not_reach_the_argument(name: str) -> None:
    helper = "def look(self, y):\n    return 1\n"
    assert reaching(model("def probed(self, x):\n" + _indented(FRESH[name]) + helper)) == set()


UNREACHABLE = {
    "another level": "if self.restart.checkpoint_level < 2:\n    probe(x)",
    "levels 0 and 1": "if self.restart.checkpoint_level in (0, 1):\n    probe(x)",
    "no session": "if not self.restart.checkpoint_enabled:\n    probe(x)",
    "no state": "if self.restart is None:\n    probe(x)",
    "a constant flag": "done = False\nif done:\n    probe(x)",
    "a flag that a branch keeps": (
        "if x:\n    done = False\nelse:\n    done = False\nif done:\n    probe(x)"
    ),
    "a test that has gone the other way": "if x:\n    if not x:\n        probe(x)",
    "a state both loaded and not": (
        "if self.restart.checkpoint_state_loaded:\n"
        "    if not self.restart.checkpoint_state_loaded:\n"
        "        probe(x)"
    ),
}


@pytest.mark.parametrize("name", UNREACHABLE)
def test_what_cannot_be_is_not_followed(name: str) -> None:
    assert not is_reached(model("def probed(self, x):\n" + _indented(UNREACHABLE[name])))


REACHABLE = {
    "a list that grew": "done = []\ndone.append(x)\nif done:\n    probe(x)",
    "a false value that is not None": "if not y:\n    if y is None:\n        probe(x)",
    "a true value that is not one": "if y:\n    if y == 2:\n        probe(x)",
    "a default that is not taken": "n = y or 1\nif n == 2:\n    probe(x)",
    "a name rebound after its test": "if y:\n    y = x\n    if not y:\n        probe(x)",
    "a counter": "n = 0\nfor _ in x:\n    if n > 1:\n        probe(x)\n    n += 1",
    "a flag set by an inner function": (
        "done = False\ndef end():\n    nonlocal done\n    done = True\nend()\n"
        "if done:\n    probe(x)"
    ),
    "a field written between its tests": (
        "if self.restart.x is None:\n    self.restart.x = y\n"
        "    if self.restart.x is not None:\n        probe(x)"
    ),
    "the end of a loop": "for _ in x:\n    pass\nelse:\n    probe(x)",
    "a handler": "try:\n    y()\nexcept ValueError:\n    probe(x)",
}


@pytest.mark.parametrize("name", REACHABLE)
def test_what_can_be_is_followed(name: str) -> None:
    assert is_reached(model("def probed(self, x, y):\n" + _indented(REACHABLE[name])))


THROUGH = {
    "a helper that returns it": (
        "probe(self.give())",
        "def give(self):\n    return self.restart.x\n",
    ),
    "a helper that passes it on": (
        "probe(self.give(self.restart.x))",
        "def give(self, y):\n    z = y\n    return z\n",
    ),
    "a helper by keyword": (
        "probe(self.give(y=self.restart.x))",
        "def give(self, *, y):\n    return y\n",
    ),
    "a helper's rest": (
        "probe(self.give(x, self.restart.x))",
        "def give(self, y, *rest):\n    return rest\n",
    ),
    "a helper's keywords": (
        "probe(self.give(y=self.restart.x))",
        "def give(self, **rest):\n    return rest\n",
    ),
    "a helper that returns a tuple": (
        "y, z, loaded = self._restore(x, x)\nif loaded:\n    probe(y)",
        "",
    ),
    "a helper that returns early": (
        "probe(self.give(x))",
        "def give(self, y):\n    if self.restart.x is None:\n        return y\n"
        "    return self.restart.x\n",
    ),
    "a helper that sets an attribute": (
        "self.take()\nprobe(self.y)",
        "def take(self):\n    self.y = self.restart.x\n",
    ),
    "an argument of the helper": (
        "self.give(self.restart.x)",
        "def give(self, y):\n    probe(y)\n",
    ),
    "a static method": (
        "probe(self.give(self.restart.x))",
        "@staticmethod\ndef give(y):\n    return y\n",
    ),
    "a property": ("probe(self.y)", "@property\ndef y(self):\n    return self.restart.x\n"),
    "the state by a property": (
        "probe(self.state.x)",
        "@property\ndef state(self):\n    return self.restart\n",
    ),
    "the state by a method": (
        "probe(self.state().x)",
        "def state(self):\n    return self.restart\n",
    ),
}


@pytest.mark.parametrize("name", THROUGH)
def test_restored_state_is_followed_through_methods(name: str) -> None:
    body, helper = THROUGH[name]
    (read,) = reaching(model("def probed(self, x):\n" + _indented(body) + helper))
    assert read.endswith(".x")


def test_all_reads_that_may_reach_an_argument_are_told() -> None:
    text = model("""
        def probed(self, x, coords):
            x, coords, loaded = self._restore(x, coords)
            probe(x, coords)
        """)
    assert reaching(text) == {"self.restart.x", "self.restart.coords"}


def test_a_module_level_constant_decides() -> None:
    body = "def probed(self, x):\n    if USED:\n        probe(self.restart.x)\n"
    assert not is_reached(model(body, head="USED = False\n"))
    assert is_reached(model(body, head="USED = True\n"))
    assert is_reached(model(body, head="USED = False\nUSED = load()\n"))


def test_a_class_constant_decides_unless_an_instance_sets_it() -> None:
    body = "USED = False\n\ndef probed(self, x):\n    if self.USED:\n        probe(x)\n"
    assert not is_reached(model(body))
    assert is_reached(model(body, init="self.USED = state.used"))


def test_a_default_argument_decides_where_none_is_given() -> None:
    helper = "def look(self, x, used=False):\n    if used:\n        probe(x)\n"
    assert not is_reached(model("def probed(self, x):\n    self.look(x)\n" + helper))
    assert is_reached(model("def probed(self, x):\n    self.look(x, True)\n" + helper))
    assert is_reached(model("def probed(self, x):\n    self.look(x, used=x)\n" + helper))
    assert is_reached(model("def probed(self, x):\n    self.look(*x)\n" + helper))


def _indented(body: str) -> str:
    return "".join(f"    {line}\n" for line in body.split("\n"))
