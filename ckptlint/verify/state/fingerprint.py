"""All that a rollout may carry from step to step, as digests by spot."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession, CheckpointState

from ckptlint.verify.boundary import plain
from ckptlint.verify.state.spots import Content, Root, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Fingerprint = dict[Spot, Content]

_DEPTH = 12
_MOST_SPOTS = 100_000
_MOST_ITEMS = 4096
_PLAIN = (type(None), bool, int, float, complex, str, bytes, np.generic)
_NO_STATE = (FunctionType, BuiltinFunctionType, ModuleType, type, Checkpoint, CheckpointSession)
_FOLDING = "earth2studio/models/batch.py"
"""The locals of this wrapper are the boundary again, in other shapes."""


def fingerprint(model: Any, iterator: object, modules: Iterable[ModuleType]) -> Fingerprint:
    """Take the digests of the model, the suspended generators, globals and random generators.

    Parameters
    ----------
    model : prognostic model
        Its attributes are followed into modules, containers and plain objects.
    iterator : iterator or None
        The rollout; of suspended generators the locals are followed.
    modules : iterable of module
        The user's modules, whose globals are looked at.
    """
    scan = _Scan()
    scan.visit(Spot(Root.MODEL), model, 0)
    scan.visit_generators(iterator)
    for module in modules:
        scan.visit_module(module)
    for owner, state in random_states():
        scan.found[Spot(Root.RANDOM, owner)] = Content("torch.Generator", digest_of(state))
    return scan.found


def random_states() -> Iterator[tuple[str, bytes]]:
    """Give the states of the global random generators by the library they belong to."""
    yield "torch", _bytes_of(torch.get_rng_state())
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        for index in range(torch.cuda.device_count()):
            yield f"torch on cuda:{index}", _bytes_of(torch.cuda.get_rng_state(index))
    _, keys, *rest = np.random.get_state(legacy=True)
    yield "numpy", repr(rest).encode() + _bytes_of(keys)
    yield "Python", repr(random.getstate()).encode()


def digest_of(data: bytes) -> str:
    """Give a digest of bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def array_digest(values: torch.Tensor | np.ndarray) -> str:
    """Give a digest of the dtype and the bits of an array, whatever its shape and device."""
    return digest_of(str(values.dtype).removeprefix("torch.").encode() + _bytes_of(values))


class _Scan:
    """One walk over everything; what is followed further is visited once, arrays in each place."""

    def __init__(self) -> None:
        self.found: Fingerprint = {}
        self._seen: dict[int, object] = {}
        self._contents: dict[int, Content | None] = {}

    def visit(self, spot: Spot, value: Any, depth: int) -> None:
        if len(self.found) >= _MOST_SPOTS:
            return
        if isinstance(value, _PLAIN):
            self.found[spot] = Content(type(value).__name__, digest_of(repr(value).encode()))
            return
        if isinstance(value, _NO_STATE) or depth > _DEPTH:
            return
        if id(value) in self._seen:
            content = self._contents[id(value)]
            if content is not None:
                self.found[spot] = content
            return
        self._seen[id(value)] = value
        self._contents[id(value)] = content = _leaf(value)
        if content is not None:
            self.found[spot] = content
        else:
            self._visit_parts(spot, value, depth + 1)

    def _visit_parts(self, spot: Spot, value: Any, depth: int) -> None:
        if isinstance(value, CheckpointState):
            bound = Spot(Root.BOUND, "", spot.path)
            for name, part in fields_of(value):
                self.visit(bound.inner(f".{name}"), part, depth)
        elif isinstance(value, GeneratorType):
            self.visit_generators(value)
        elif isinstance(value, MethodType):
            self.visit(spot, value.__self__, depth)
        elif isinstance(value, Mapping):
            self.found[spot.inner(".keys()")] = Content("keys", digest_of(repr([*value]).encode()))
            for key, part in [*value.items()][:_MOST_ITEMS]:
                self.visit(spot.inner(f"[{key!r}]"), part, depth)
        elif isinstance(value, (list, tuple)) or type(value).__name__ == "deque":
            self.found[spot.inner(".__len__()")] = Content("length", str(len(value)))
            for index, part in enumerate([*value][:_MOST_ITEMS]):
                self.visit(spot.inner(f"[{index}]"), part, depth)
        elif isinstance(value, (set, frozenset)):
            self.found[spot] = Content("set", digest_of(repr(sorted(map(repr, value))).encode()))
        else:
            self._visit_attributes(spot, value, depth)

    def _visit_attributes(self, spot: Spot, value: Any, depth: int) -> None:
        if type(value).__module__ == "itertools":
            self.found[spot] = Content(type(value).__name__, digest_of(repr(value).encode()))
            return
        attributes = getattr(value, "__dict__", None)
        if not isinstance(attributes, dict):
            return
        if isinstance(value, torch.nn.Module):
            attributes = {
                **{name: part for name, part in attributes.items() if not name.startswith("_")},
                **{
                    name: part
                    for name, part in attributes.items()
                    if name.startswith("_") and name not in torch.nn.Module().__dict__
                },
                **value._buffers,
                **value._parameters,
                **value._modules,
            }
        for name, part in attributes.items():
            self.visit(spot.inner(f".{name}"), part, depth)

    def visit_generators(self, iterator: object) -> None:
        """Visit the locals of a suspended generator and of those that it draws from."""
        if not isinstance(iterator, GeneratorType) or iterator.gi_frame is None:
            return
        self._seen[id(iterator)] = iterator
        self._contents[id(iterator)] = None
        frame = iterator.gi_frame
        is_folding = frame.f_code.co_filename.replace("\\", "/").endswith(_FOLDING)
        owner = frame.f_code.co_qualname.rpartition("<locals>.")[2]
        self.visit_generators(iterator.gi_yieldfrom)
        for name, value in frame.f_locals.items():
            if isinstance(value, GeneratorType):
                self.visit_generators(value)
            elif not is_folding:
                self.visit(Spot(Root.LOCAL, owner, (name,)), value, 1)

    def visit_module(self, module: ModuleType) -> None:
        """Visit what a module of the user's holds, and what its classes hold."""
        for name, value in [*vars(module).items()]:
            if name.startswith("__"):
                continue
            spot = Spot(Root.GLOBAL, module.__name__, (name,))
            if isinstance(value, type) and value.__module__ == module.__name__:
                for attribute, part in [*vars(value).items()]:
                    if not attribute.startswith("__") and not callable(part):
                        self.visit(spot.inner(f".{attribute}"), part, 2)
            elif not isinstance(value, type):
                self.visit(spot, value, 1)


def fields_of(state: CheckpointState[Any]) -> list[tuple[str, Any]]:
    """Give the fields of a bound state with their values."""
    held = state.checkpoint_dataclass
    assert is_dataclass(held)
    return [(field.name, getattr(held, field.name)) for field in fields(held)]


def _leaf(value: Any) -> Content | None:
    """Give the content of what is looked at as a whole; None for what is followed further."""
    if isinstance(value, torch.Tensor):
        return Content("tensor", array_digest(value))
    if isinstance(value, np.ndarray) and value.dtype != object:
        return Content("array", array_digest(value))
    if isinstance(value, torch.Generator):
        return Content("torch.Generator", digest_of(_bytes_of(value.get_state())))
    if isinstance(value, np.random.Generator):
        return Content("numpy generator", digest_of(repr(value.bit_generator.state).encode()))
    if isinstance(value, np.random.RandomState):
        return Content("numpy generator", digest_of(repr(value.get_state(legacy=False)).encode()))
    if isinstance(value, random.Random):
        return Content("random.Random", digest_of(repr(value.getstate()).encode()))
    return None


def _bytes_of(values: Any) -> bytes:
    if not isinstance(values, torch.Tensor):
        return np.ascontiguousarray(values).tobytes()
    if values.layout is not torch.strided:
        return repr(values.detach()).encode()
    return bytes(plain(values).cpu().reshape(-1).view(torch.uint8).numpy().data)
