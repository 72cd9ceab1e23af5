"""The type of the value that an expression gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.classes import Class, Method
from ckptlint.program.interpretation.frame import is_generator
from ckptlint.program.state.annotations import class_of, qualified, types_annotated
from ckptlint.program.state.instances import Setting, is_self
from ckptlint.program.state.reaching import OUTSIDE, values_reaching
from ckptlint.program.state.types import DICTS, NONE, TEXT, UNKNOWN, Type, Types, only
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from ckptlint.program.module import Module

_DEEPEST: Final = 6
_TENSOR: Final = only("torch.Tensor")
_ARRAY: Final = only("numpy.ndarray")

_BY_CALL: Final = {
    "builtins.bytearray": "builtins.bytearray", "builtins.bytes": "builtins.bytes",
    "builtins.complex": "builtins.complex", "builtins.enumerate": "builtins.iterator",
    "builtins.filter": "builtins.iterator", "builtins.float": "builtins.float",
    "builtins.frozenset": "builtins.frozenset", "builtins.int": "builtins.int",
    "builtins.bool": "builtins.bool", "builtins.len": "builtins.int",
    "builtins.iter": "builtins.iterator", "builtins.map": "builtins.iterator",
    "builtins.range": "builtins.range", "builtins.repr": "builtins.str",
    "builtins.reversed": "builtins.iterator", "builtins.set": "builtins.set",
    "builtins.slice": "builtins.slice", "builtins.str": "builtins.str",
    "builtins.type": "builtins.type", "builtins.zip": "builtins.iterator",
    "builtins.memoryview": "builtins.memoryview",
    "collections.Counter": "collections.Counter", "collections.deque": "collections.deque",
    "collections.defaultdict": "collections.defaultdict",
    "datetime.time": "datetime.time", "decimal.Decimal": "decimal.Decimal",
    "fractions.Fraction": "fractions.Fraction", "functools.partial": "functools.partial",
    "pathlib.Path": "pathlib.Path", "pathlib.PurePath": "pathlib.Path",
    "pathlib.Path.cwd": "pathlib.Path", "pathlib.Path.home": "pathlib.Path",
    "random.Random": "random.Random", "re.compile": "re.Pattern",
    "types.MappingProxyType": "types.MappingProxyType",
    "types.SimpleNamespace": "types.SimpleNamespace",
    "uuid.uuid4": "uuid.UUID", "uuid.UUID": "uuid.UUID",
    "numpy.random.default_rng": "numpy.random.Generator",
    "numpy.random.Generator": "numpy.random.Generator",
    "numpy.random.RandomState": "numpy.random.RandomState",
    "numpy.ma.masked_array": "numpy.ma.MaskedArray",
    "numpy.ma.masked_where": "numpy.ma.MaskedArray",
    "numpy.ma.masked_invalid": "numpy.ma.MaskedArray",
    "numpy.datetime64": "numpy.datetime64", "numpy.timedelta64": "numpy.timedelta64",
    "numpy.dtype": "numpy.dtype",
    "pandas.DataFrame": "pandas.DataFrame", "pandas.Series": "pandas.Series",
    "pandas.Index": "pandas.Index", "pandas.date_range": "pandas.Index",
    "pandas.Timestamp": "pandas.Timestamp", "pandas.Timedelta": "pandas.Timedelta",
    "torch.Generator": "torch.Generator", "torch.Size": "torch.Size",
    "torch.device": "torch.device",
    "xarray.DataArray": "xarray.DataArray", "xarray.Dataset": "xarray.Dataset",
    "xarray.open_dataset": "xarray.Dataset",
}  # fmt: skip
_NUMPY_SCALARS: Final = frozenset(
    f"numpy.{name}"
    for name in (
        "bool_", "float16", "float32", "float64", "int8", "int16", "int32", "int64", "str_",
        "uint8", "uint16", "uint32", "uint64",
    )
)  # fmt: skip
_NUMPY_MAKERS: Final = frozenset(
    f"numpy.{name}"
    for name in ("array", "asarray", "empty", "full", "ones", "zeros", "arange", "linspace")
)
_TORCH_MAKERS: Final = frozenset(
    f"torch.{name}"
    for name in (
        "as_tensor", "empty", "empty_like", "full", "full_like", "ones", "ones_like", "rand",
        "rand_like", "randn", "randn_like", "tensor", "zeros", "zeros_like",
    )
)  # fmt: skip
_CONTAINERS: Final = {
    "builtins.list": "builtins.list",
    "builtins.sorted": "builtins.list",
    "builtins.tuple": "builtins.tuple",
}
_REFUSED_DTYPES: Final = {"torch.bfloat16": "torch.bfloat16 tensor"} | {
    f"torch.float8_{kind}": "torch.float8 tensor"
    for kind in ("e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz", "e8m0fnu")
}
_KEEPING: Final = frozenset(
    {"clone", "contiguous", "copy", "cpu", "cuda", "detach", "pin_memory", "requires_grad_"}
)
_TEXT_METHODS: Final = frozenset({"decode", "format", "isoformat", "join", "strftime"})


def types_of(node: nodes.NodeNG | None, setting: Setting) -> Types:
    """Tell which types the value of an expression may have; UNKNOWN where it may have any."""
    if node is None or setting.depth > _DEEPEST:
        return UNKNOWN
    match node:
        case nodes.Const():
            return only(f"builtins.{type(node.value).__name__}")
        case nodes.JoinedStr():
            return frozenset({TEXT})
        case nodes.Set() | nodes.SetComp():
            return only("builtins.set")
        case nodes.GeneratorExp():
            return only("builtins.generator")
        case nodes.Lambda() if not isinstance(node, nodes.FunctionDef):
            return only("builtins.function")
        case nodes.ListComp():
            return frozenset({Type("builtins.list", (types_of(node.elt, setting),))})
        case nodes.List() | nodes.Tuple():
            name = "builtins.list" if isinstance(node, nodes.List) else "builtins.tuple"
            return frozenset({Type(name, tuple(types_of(one, setting) for one in node.elts))})
        case nodes.Dict():
            return _dict(node, setting)
        case nodes.DictComp():
            keys, values = types_of(node.key, setting), types_of(node.value, setting)
            return frozenset({Type("builtins.dict", (values,), keys)})
        case nodes.IfExp():
            return types_of(node.body, setting) | types_of(node.orelse, setting)
        case nodes.NamedExpr():
            return types_of(node.value, setting)
        case nodes.Name():
            return _name(node, setting)
        case nodes.Attribute():
            return _attribute(node, setting)
        case nodes.Call():
            return _call(node, setting)
    return UNKNOWN


def types_made_by(factory: nodes.NodeNG | None, setting: Setting) -> Types:
    """Tell what calling a ``default_factory`` gives."""
    if isinstance(factory, nodes.Lambda) and not isinstance(factory, nodes.FunctionDef):
        return types_of(factory.body, setting)
    if not isinstance(factory, nodes.Name | nodes.Attribute):
        return UNKNOWN
    return _made_by(factory, (), setting)


def _dict(node: nodes.Dict, setting: Setting) -> Types:
    if any(isinstance(key, nodes.DictUnpack) for key, _ in node.items):
        return frozenset({Type("builtins.dict", keys=UNKNOWN)})
    keys = [types_of(key, setting) for key, _ in node.items]
    refused = [one for one in keys if one and not any(t.name in ("?", "builtins.str") for t in one)]
    values = tuple(types_of(value, setting) for _, value in node.items)
    return frozenset(
        {Type("builtins.dict", values, refused[0] if refused else only("builtins.str"))}
    )


def _name(node: nodes.Name, setting: Setting) -> Types:
    values = values_reaching(node)
    if values is None:
        return _global(node, setting)
    found: set[Type] = set()
    for value in values:
        if value is OUTSIDE:
            found |= _parameter(node, setting)
        else:
            found |= types_of(value, setting.within(setting.module))
    return frozenset(found) or UNKNOWN


def _parameter(node: nodes.Name, setting: Setting) -> Types:
    function = node.scope()
    arguments = function.args if isinstance(function, nodes.FunctionDef) else None
    if arguments is None:
        return UNKNOWN
    groups = (
        (arguments.posonlyargs, arguments.posonlyargs_annotations),
        (arguments.args, arguments.annotations),
        (arguments.kwonlyargs, arguments.kwonlyargs_annotations),
    )
    for parameters, written in groups:
        for parameter, annotation in zip(parameters or (), written or (), strict=False):
            if parameter.name == node.name:
                return types_annotated(annotation, setting.module)
    return UNKNOWN


def _global(node: nodes.Name, setting: Setting) -> Types:
    """Give what a name of the module's top level, bound once, stands for."""
    definition = setting.module.names.definition(node)
    if isinstance(definition, nodes.FunctionDef):
        return only("builtins.function")
    if isinstance(definition, nodes.ClassDef):
        return only("builtins.type")
    bindings = setting.module.tree.locals.get(node.name, ())
    statement = bindings[0].parent if len(bindings) == 1 else None
    if isinstance(statement, nodes.Assign | nodes.AnnAssign) and statement.value is not node:
        return types_of(statement.value, Setting(setting.module, None, setting.depth + 1))
    return UNKNOWN


def _attribute(node: nodes.Attribute, setting: Setting) -> Types:
    if is_self(node.expr):
        return _own_attribute(node.attrname, setting)
    holder = qualified(node.expr, setting.module)
    cls = class_of(holder, setting.module) if holder is not None else None
    if cls is not None and isinstance(
        cls.node.locals.get(node.attrname, [None])[0], nodes.AssignName
    ):
        return frozenset({Type(cls.qualified_name, cls=cls)}) if _is_enum(cls) else UNKNOWN
    name = qualified(node, setting.module)
    return only("torch.dtype") if name in _REFUSED_DTYPES else UNKNOWN


def _own_attribute(name: str, setting: Setting) -> Types:
    """Give what the assignments to an attribute of ``self``, all of them, put there."""
    if setting.concrete is None:
        return UNKNOWN
    found: set[Type] = set()
    for ancestor in setting.concrete.mro:
        if not isinstance(ancestor, Class):
            continue
        own = ancestor.own(name)
        if isinstance(own, Method):
            return UNKNOWN
        for statement in ancestor.instance_attributes.get(name, ()):
            is_single = isinstance(statement, nodes.Assign | nodes.AnnAssign) and not any(
                isinstance(target, nodes.Tuple | nodes.List)
                for target in getattr(statement, "targets", ())
            )
            value = statement.value if is_single else None
            if value is None and isinstance(statement, nodes.AnnAssign):
                continue
            found |= types_of(value, setting.within(ancestor.module))
    return frozenset(found) or UNKNOWN


def _call(node: nodes.Call, setting: Setting) -> Types:
    function = node.func
    made = _made_by(function, tuple(node.keywords), setting)
    if made != UNKNOWN or not isinstance(function, nodes.Attribute):
        return made
    if is_self(function.expr):
        found = setting.concrete.lookup(function.attrname) if setting.concrete else None
        if isinstance(found, Method):
            return _returned(found.function, found.owner.module, setting)
        return UNKNOWN
    return _by_method(node, function, setting)


def _made_by(
    function: nodes.NodeNG,
    keywords: tuple[nodes.Keyword, ...],
    setting: Setting,
) -> Types:
    module = setting.module
    if isinstance(function, nodes.Name):
        definition = module.names.definition(function)
        if isinstance(definition, nodes.FunctionDef):
            return _returned(definition, module, setting)
        if isinstance(definition, nodes.ClassDef):
            cls = module.class_from(definition)
            return frozenset({Type(cls.qualified_name, cls=cls)})
    name = qualified(function, module)
    if name is None:
        return UNKNOWN
    if name in _BY_CALL:
        return only(_BY_CALL[name])
    if name in _NUMPY_SCALARS:
        return only("numpy.scalar")
    if name in _CONTAINERS:
        return frozenset({Type(_CONTAINERS[name], (UNKNOWN,))})
    if name in DICTS:
        return frozenset({Type(name, keys=UNKNOWN)})
    if name in _NUMPY_MAKERS or name in _TORCH_MAKERS:
        dtype = next((word.value for word in keywords if word.arg == "dtype"), None)
        return _of_dtype(dtype, module, _ARRAY if name in _NUMPY_MAKERS else _TENSOR)
    found = class_of(name, module)
    return frozenset({Type(name, cls=found)}) if found is not None else UNKNOWN


def _is_enum(cls: Class) -> bool:
    return any(getattr(one, "qualified_name", "").startswith("enum.") for one in cls.mro)


def _of_dtype(dtype: nodes.NodeNG | None, module: Module, otherwise: Types) -> Types:
    if dtype is None:
        return otherwise
    name = qualified(dtype, module)
    if name in ("builtins.object", "numpy.object_"):
        return only("numpy.object array")
    if name in _REFUSED_DTYPES:
        return only(_REFUSED_DTYPES[name])
    is_known = name is not None and name.partition(".")[0] in ("builtins", "numpy", "torch")
    return otherwise if is_known else UNKNOWN


def _by_method(node: nodes.Call, function: nodes.Attribute, setting: Setting) -> Types:
    """Give what a method makes of the value that it is called on."""
    name, module = function.attrname, setting.module
    given = [*node.args, *(word.value for word in node.keywords if word.arg == "dtype")]
    if name in ("keys", "values", "items") and not given:
        holder = types_of(function.expr, setting)
        return only("builtins.view") if holder and all(t.name in DICTS for t in holder) else UNKNOWN
    if name == "bfloat16" and not given:
        return only("torch.bfloat16 tensor")
    if name.startswith("to_sparse"):
        return only("torch.sparse tensor")
    if name in ("to", "type") and given:
        refused = {_REFUSED_DTYPES.get(qualified(one, module) or "") for one in given} - {None}
        if refused:
            return frozenset(Type(one) for one in refused if one is not None)
        names = [qualified(one, module) or "" for one in given]
        if any(one.startswith("torch.") for one in names):
            return _TENSOR
        return types_of(function.expr, setting) if name == "to" else UNKNOWN
    if name == "astype" and given:
        return _of_dtype(given[0], module, _ARRAY)
    if name in _KEEPING:
        return types_of(function.expr, setting)
    if name in ("float", "half", "double", "to_dense") and not given:
        return _TENSOR
    if name == "encode":
        holder = types_of(function.expr, setting)
        return only("builtins.bytes") if holder == frozenset({TEXT}) else UNKNOWN
    return frozenset({TEXT}) if name in _TEXT_METHODS else UNKNOWN


def _returned(function: nodes.FunctionDef, module: Module, setting: Setting) -> Types:
    """Give what a function returns: by its annotation, else by its returns."""
    if isinstance(function, nodes.AsyncFunctionDef) or function.decorators is not None:
        return UNKNOWN
    if is_generator(function):
        return only("builtins.generator")
    if function.returns is not None:
        return types_annotated(function.returns, module)
    returned = [
        types_of(statement.value, setting.within(module)) if statement.value is not None else {NONE}
        for statement in nodes_in(function, nodes.Return)
        if statement.frame() is function
    ]
    return frozenset().union(*returned) if returned else UNKNOWN
