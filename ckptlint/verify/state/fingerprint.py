"""All that a rollout may carry from step to step, as digests by spot."""

from __future__ import annotations

import datetime
import functools
import hashlib
import random
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession, CheckpointState

from ckptlint.verify.boundary import plain
from ckptlint.verify.position import drawn_from, is_folding
from ckptlint.verify.state.spots import Content, Root, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable

Fingerprint = dict[Spot, Content]

_DEPTH = 12
_MOST_SPOTS = 100_000
_MOST_ITEMS = 4096
_PLAIN = (
    *(type(None), bool, int, float, complex, Decimal, Fraction, np.generic),
    *(str, bytes, bytearray, range, slice),
    *(datetime.date, datetime.time, datetime.timedelta),
)
_NO_STATE = (BuiltinFunctionType, ModuleType, type, Checkpoint, CheckpointSession)
_OF_EVERY_MODULE = frozenset(vars(torch.nn.Module()))
_PYTHONS_OWN = ("builtins", "itertools")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def fingerprint(model: Any, iterator: object, modules: Iterable[ModuleType]) -> Fingerprint:
    """Take the digests of the model, the suspended generators, globals and random generators.

    Parameters
    ----------
    model : prognostic model
        Its attributes are followed into modules, containers and plain objects.
    iterator : iterator or None
        The rollout; of suspended generators the locals are followed, of another iterator the
        attributes.
    modules : iterable of module
        The user's modules, whose globals are looked at.
    """
    scan = _Scan()
    scan.visit(Spot(Root.MODEL), model, 0)
    scan.visit_rollout(iterator)
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
        self._generators: set[int] = set()

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
        unreadable = Content(type(value).__name__, "")
        try:
            content = _leaf(value)
        except Exception:  # as of a tensor that has no values yet
            content = unreadable
        self._contents[id(value)] = content
        if content is not None:
            self.found[spot] = content
            return
        try:
            self._visit_parts(spot, value, depth + 1)
        except Exception:  # whatever the user's objects raise when they are looked at
            self.found[spot] = unreadable

    def _visit_parts(self, spot: Spot, value: Any, depth: int) -> None:
        if isinstance(value, CheckpointState):
            bound = Spot(Root.BOUND, "", spot.path)
            for name, part in fields_of(value):
                self.visit(bound.inner(f".{name}"), part, depth)
        elif isinstance(value, GeneratorType):
            self.visit_generators(value)
        elif isinstance(value, MethodType):
            self.visit(spot, value.__self__, depth)
        elif isinstance(value, FunctionType):
            for index, cell in enumerate(value.__closure__ or ()):
                held = spot.inner(".__closure__").inner(f"[{index}]")
                self.visit(held.inner(".cell_contents"), cell.cell_contents, depth)
        elif isinstance(value, functools.partial):
            for name in ("func", "args", "keywords"):
                self.visit(spot.inner(f".{name}"), getattr(value, name), depth)
        elif isinstance(value, Mapping):
            self.found[spot.inner(".keys()")] = Content("keys", digest_of(_told([*value]).encode()))
            for key, part in [*value.items()][:_MOST_ITEMS]:
                self.visit(spot.inner(f"[{key!r}]"), part, depth)
        elif isinstance(value, (list, tuple, np.ndarray)) or type(value).__name__ == "deque":
            self.found[spot.inner(".__len__()")] = Content("length", str(len(value)))
            for index, part in enumerate([*value][:_MOST_ITEMS]):
                self.visit(spot.inner(f"[{index}]"), part, depth)
        elif isinstance(value, (set, frozenset)):
            self.found[spot] = Content("set", digest_of(repr(sorted(map(_told, value))).encode()))
        elif isinstance(value, Iterator) and type(value).__module__ in _PYTHONS_OWN:
            self.found[spot] = Content(type(value).__name__, digest_of(_told(value).encode()))
        else:
            self._visit_attributes(spot, value, depth)

    def _visit_attributes(self, spot: Spot, value: Any, depth: int) -> None:
        attributes = {**_slots_of(value), **getattr(value, "__dict__", {})}
        if isinstance(value, torch.nn.Module):
            attributes = {
                **{
                    name: part
                    for name, part in attributes.items()
                    if not name.startswith("_") or name not in _OF_EVERY_MODULE
                },
                **value._buffers,
                **value._parameters,
                **value._modules,
            }
        for name, part in attributes.items():
            self.visit(spot.inner(f".{name}"), part, depth)

    def visit_rollout(self, iterator: object) -> None:
        """Visit what a rollout holds, whether it is a generator or an iterator of the user's."""
        if isinstance(iterator, GeneratorType):
            self.visit_generators(iterator)
        elif type(iterator).__module__ not in _PYTHONS_OWN:
            self.visit(Spot(Root.LOCAL, type(iterator).__qualname__), iterator, 0)

    def visit_generators(self, iterator: object) -> None:
        """Visit the locals of a suspended generator and of those that it draws from."""
        if not isinstance(iterator, GeneratorType) or iterator.gi_frame is None:
            return
        if id(iterator) in self._generators:
            return
        self._generators.add(id(iterator))
        self._seen[id(iterator)] = iterator
        self._contents[id(iterator)] = None
        frame = iterator.gi_frame
        owner = frame.f_code.co_qualname.rpartition("<locals>.")[2]
        for inner in drawn_from(iterator):
            self.visit_generators(inner)
        if is_folding(frame):
            return  # its locals are the boundary again, in other shapes
        for name, value in frame.f_locals.items():
            if not isinstance(value, GeneratorType):
                self.visit(Spot(Root.LOCAL, owner, (name,)), value, 1)

    def visit_module(self, module: ModuleType) -> None:
        """Visit what a module of the user's holds, and what its classes hold."""
        for name, value in [*vars(module).items()]:
            if name.startswith("__"):
                continue
            spot = Spot(Root.GLOBAL, module.__name__, (name,))
            if isinstance(value, type) and value.__module__ == module.__name__:
                for attribute, part in [*vars(value).items()]:
                    if not (attribute.startswith("__") or callable(part) or _is_method(part)):
                        self.visit(spot.inner(f".{attribute}"), part, 2)
            elif not isinstance(value, type):
                self.visit(spot, value, 1)


def _is_method(value: object) -> bool:
    return isinstance(value, (classmethod, property, functools.cached_property))


def fields_of(state: CheckpointState[Any]) -> list[tuple[str, Any]]:
    """Give the fields of a bound state with their values."""
    held = state.checkpoint_dataclass
    assert is_dataclass(held)
    return [(field.name, getattr(held, field.name)) for field in fields(held)]


def _slots_of(value: object) -> dict[str, Any]:
    """Give the attributes for which the classes of an object declare slots."""
    found = {}
    for kind in type(value).__mro__:
        declared = vars(kind).get("__slots__", ())
        for name in (declared,) if isinstance(declared, str) else declared:
            is_private = name.startswith("__") and not name.endswith("__")
            known = f"_{kind.__name__.lstrip('_')}{name}" if is_private else name
            if known not in ("__dict__", "__weakref__") and hasattr(value, known):
                found[known] = getattr(value, known)
    return found


def _told(value: object) -> str:
    """Write a value down without addresses, which are others in each process."""
    if isinstance(value, torch.Tensor | np.ndarray):
        return array_digest(value)
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_told, value))})"
    told = _ADDRESS.sub("", repr(value))
    if isinstance(value, Iterator) and not isinstance(value, GeneratorType):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # later Pythons are to reduce no iterators
            try:
                return told + _told(value.__reduce__()[1:])
            except TypeError:
                return told
    return told


def _leaf(value: Any) -> Content | None:
    """Give the content of what is looked at as a whole; None for what is followed further."""
    if isinstance(value, torch.Tensor):
        return Content("tensor", array_digest(value))
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
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
