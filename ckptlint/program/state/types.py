"""Types of values, as far as the text tells, and what a checkpoint makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ckptlint.program import facts
from ckptlint.program.classes import KnownClass, UnresolvedBase
from ckptlint.program.state.fields import dataclass_of

if TYPE_CHECKING:
    from ckptlint.program.classes import Class


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value.

    Parameters
    ----------
    name : str
        Its dotted name; ``?`` where it is not known.
    items : tuple[Types, ...]
        The types of what a container holds: of each element of a tuple or list that was written
        out, else one for all of them.
    keys : Types
        The types of a dict's keys.
    cls : Class or None
        The class, where it was read.
    """

    name: str
    items: tuple[Types, ...] = ()
    keys: Types = frozenset()
    cls: Class | None = None


Types: TypeAlias = frozenset[Type]
"""A value has one of these types."""

ANY: Final = Type("?")
UNKNOWN: Final[Types] = frozenset({ANY})
NONE: Final = Type("builtins.NoneType")
TEXT: Final = Type("builtins.str")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value cannot be saved: what it is, what to save instead, and what a commit raises."""

    what: str
    instead: str
    error: str = "CheckpointSerializationError"


def only(name: str) -> Types:
    """Give the types of a value that has one plain type."""
    return frozenset({Type(name)})


_GENERATOR_STATE: Final = "Save what its `get_state()` gives, and set it again after a restart"
_NUMPY_STATE: Final = "Save what its `bit_generator.state` gives, and set it again after a restart"
_DRAWN: Final = "Save the values, as a tuple or a list"
_BY_NAME: Final = "Save what tells which one it is, such as a name, and look it up after a restart"
_AS_ARRAY: Final = "Save its arrays and coordinates each in a field of its own"
_AS_FLOAT: Final = "Save a tensor of a type that NumPy has, such as `.float()` gives"
_AS_TEXT: Final = "Save `str(...)` of it"

_REFUSED: Final = {
    "builtins.set": Refusal("a set", "Save `tuple(sorted(...))` of it"),
    "builtins.frozenset": Refusal("a frozenset", "Save `tuple(sorted(...))` of it"),
    "builtins.bytes": Refusal("bytes", "Save an array: `np.frombuffer(..., np.uint8)`"),
    "builtins.bytearray": Refusal("a bytearray", "Save an array: `np.frombuffer(..., np.uint8)`"),
    "builtins.complex": Refusal("a complex number", "Save its real and imaginary part"),
    "builtins.range": Refusal("a range", _DRAWN),
    "builtins.slice": Refusal("a slice", "Save its start, stop and step"),
    "builtins.generator": Refusal("a generator", _DRAWN),
    "builtins.iterator": Refusal("an iterator", _DRAWN),
    "builtins.view": Refusal("a view of a dict", _DRAWN),
    "builtins.function": Refusal("a function", _BY_NAME),
    "builtins.type": Refusal("a class", _BY_NAME),
    "builtins.memoryview": Refusal("a memoryview", "Save an array"),
    "collections.deque": Refusal("a deque", "Save `tuple(...)` of it, and make it again"),
    "collections.UserDict": Refusal("a UserDict", "Save a dict"),
    "datetime.time": Refusal("a time", _AS_TEXT),
    "datetime.timezone": Refusal("a time zone", _AS_TEXT),
    "decimal.Decimal": Refusal("a Decimal", _AS_TEXT),
    "enum.Enum": Refusal("an Enum member", "Save its `name` or `value`"),
    "fractions.Fraction": Refusal("a Fraction", _AS_TEXT),
    "functools.partial": Refusal("a function", _BY_NAME),
    "pathlib.Path": Refusal("a Path", _AS_TEXT),
    "random.Random": Refusal("a random generator", "Save what its `getstate()` gives"),
    "re.Pattern": Refusal("a pattern", "Save its text"),
    "types.MappingProxyType": Refusal("a mappingproxy", "Save `dict(...)` of it"),
    "types.SimpleNamespace": Refusal("a SimpleNamespace", "Save `vars(...)` of it"),
    "uuid.UUID": Refusal("a UUID", _AS_TEXT),
    "numpy.random.Generator": Refusal("a random generator", _NUMPY_STATE),
    "numpy.random.RandomState": Refusal("a random generator", _GENERATOR_STATE),
    "numpy.bytes_": Refusal("bytes", "Save an array"),
    "numpy.object array": Refusal("an array of objects", "Save an array of numbers or of text"),
    "numpy.ma.MaskedArray": Refusal(
        "a masked array", "Save its data and its mask", "NotImplementedError"
    ),
    "pandas.DataFrame": Refusal("a DataFrame", _AS_ARRAY),
    "pandas.Index": Refusal("an Index", "Save `.to_numpy()` of it"),
    "pandas.Series": Refusal("a Series", _AS_ARRAY),
    "torch.Generator": Refusal("a random generator", _GENERATOR_STATE),
    "torch.layout": Refusal("a layout", _BY_NAME),
    "torch.memory_format": Refusal("a memory format", _BY_NAME),
    "torch.bfloat16 tensor": Refusal("a bfloat16 tensor", _AS_FLOAT, "TypeError"),
    "torch.float8 tensor": Refusal("a float8 tensor", _AS_FLOAT, "TypeError"),
    "torch.sparse tensor": Refusal("a sparse tensor", "Save its `to_dense()`", "TypeError"),
    facts.MODULE: Refusal("a module", "Save its `state_dict()`"),
    "xarray.DataArray": Refusal("a DataArray", _AS_ARRAY),
    "xarray.Dataset": Refusal("a Dataset", _AS_ARRAY),
}
"""What the checkpoint of earth2studio 0.19.0 refuses, measured for each."""

DICTS: Final = frozenset(
    {"builtins.dict", "collections.Counter", "collections.OrderedDict", "collections.defaultdict"}
)
_SAVED: Final = DICTS | {
    "builtins.NoneType", "builtins.bool", "builtins.float", "builtins.int", "builtins.list",
    "builtins.str", "builtins.tuple", "datetime.date", "datetime.datetime", "datetime.timedelta",
    "numpy.datetime64", "numpy.dtype", "numpy.ndarray", "numpy.timedelta64", "torch.Size",
    "torch.Tensor", "torch.device", "torch.dtype", "numpy.scalar", "pandas.Timestamp",
    "pandas.Timedelta",
}  # fmt: skip
_ENUMS: Final = frozenset({"enum.Enum", "enum.Flag"})
_SAVED_ENUMS: Final = frozenset({"enum.IntEnum", "enum.IntFlag", "enum.StrEnum"})
_NEUTRAL: Final = frozenset({"abc.ABC", facts.GENERIC, facts.PROTOCOL})
_STRING_KEYS: Final = Refusal(
    "a dict with keys that are no strings", "Save the keys and the values as two tuples"
)


def refusal(types: Types) -> Refusal | None:
    """Tell why a value cannot be saved, where none of its types can be; None may come beside."""
    reasons = [_refusal_of(one) for one in types if one != NONE]
    first = reasons[0] if reasons else None
    return first if all(reason is not None for reason in reasons) else None


def is_unsaved_key(types: Types) -> bool:
    """Tell whether a value is known to be no string, so that a dict with such a key is refused."""
    return bool(types) and all(one.name not in ("?", "builtins.str") for one in types)


def refused_key() -> Refusal:
    """Give why a dict cannot be saved once it was given a key that is no string."""
    return Refusal("a key that is no string", _STRING_KEYS.instead)


def _refusal_of(one: Type) -> Refusal | None:
    if one.cls is not None:
        return _refusal_of_class(one.cls)
    if one.name in _REFUSED:
        return _REFUSED[one.name]
    if one.name in DICTS and is_unsaved_key(one.keys):
        return _STRING_KEYS
    if one.name in ("builtins.list", "builtins.tuple") or one.name in DICTS:
        reasons = [refusal(types) for types in one.items if NONE not in types]
        return next((reason for reason in reasons if reason is not None), None)
    return None


def _refusal_of_class(cls: Class) -> Refusal | None:
    """Judge an instance of a class that was read: a dataclass is saved, and a builtin's heir."""
    if dataclass_of(cls) is not None:
        return None
    reason: Refusal | None = Refusal(f"an object of `{cls.name}`", "Save what it is made from")
    for ancestor in cls.mro:
        if isinstance(ancestor, UnresolvedBase):
            return None
        if not isinstance(ancestor, KnownClass):
            continue
        name = ancestor.qualified_name
        if name in _SAVED_ENUMS or name in _SAVED or name.startswith("typing.NamedTuple"):
            return None
        if name in _ENUMS:
            reason = _REFUSED["enum.Enum"]
        elif name == facts.MODULE:
            reason = _REFUSED[facts.MODULE]
        elif name not in _NEUTRAL and not name.startswith("builtins."):
            return _REFUSED.get(name)
    return reason
