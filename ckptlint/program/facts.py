"""Facts about Earth2Studio's API, and about the classes that its models inherit from.

Read from the sources of earth2studio 0.19.0 (`utils/checkpoint.py`, `models/`, `perturbation/`) and
torch 2.13 (`nn/modules/module.py`). A test compares them with an installed earth2studio.
"""

from __future__ import annotations

import sys
from collections.abc import Container
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EARTH2STUDIO_VERSION: Final = "0.19.0"

_CHECKPOINT_MODULE: Final = "earth2studio.utils.checkpoint"
CHECKPOINT: Final = f"{_CHECKPOINT_MODULE}.Checkpoint"
CHECKPOINT_SESSION: Final = f"{_CHECKPOINT_MODULE}.CheckpointSession"
NULL_CHECKPOINT: Final = f"{_CHECKPOINT_MODULE}.NullCheckpoint"
CHECKPOINT_STATE: Final = f"{_CHECKPOINT_MODULE}.CheckpointState"
BIND_CHECKPOINT_STATE: Final = f"{_CHECKPOINT_MODULE}.bind_checkpoint_state"

REQUIRED: Final = object()
"""Stands for the default of a parameter that has none."""

CHECKPOINT_PARAMETERS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "name": REQUIRED,
        "path": None,
        "mode": "overwrite",
        "flush_interval": 1,
        "history_size": None,
        "level": 2,
        "rank": None,
        "world_size": None,
        "device": "cpu",
    }
)
"""The parameters of `Checkpoint` in their order, with their defaults (`device`: a torch.device)."""

CHECKPOINT_MEMBERS: Final = frozenset(
    {
        "active", "catalog", "device", "flush_interval", "history_size", "level", "mode", "name",
        "path", "rank", "rank_path", "refresh", "select", "world_size",
    }
)  # fmt: skip
"""Public methods and attributes of a `Checkpoint`."""

SESSION_METHODS: Final = frozenset({"artifact", "bind", "flush", "metadata_value", "write"})
SESSION_ATTRIBUTES: Final = frozenset(
    {
        "artifacts", "bound_states", "catalog", "commit_id", "device", "exists", "is_active",
        "labels", "lead_time", "metadata", "write_count",
    }
)  # fmt: skip

STATE_METADATA: Final = frozenset(
    {
        "checkpoint_dataclass", "checkpoint_device", "checkpoint_enabled",
        "checkpoint_flush_interval", "checkpoint_is_flush_due", "checkpoint_labels",
        "checkpoint_lead_time", "checkpoint_level", "checkpoint_metadata", "checkpoint_selected",
        "checkpoint_state_loaded", "checkpoint_write_count", "device",
    }
)  # fmt: skip
"""What a bound state answers itself; every other attribute is a field of its dataclass."""

PROGNOSTIC_PROTOCOL: Final = frozenset(
    {"__call__", "create_iterator", "input_coords", "output_coords", "to"}
)
"""The methods of `PrognosticModel`."""

ITERATOR_METHODS: Final = frozenset({"create_iterator", "_default_generator"})
"""The methods whose generators are rollouts in Earth2Studio's own models."""

HOOKS: Final = frozenset({"front_hook", "rear_hook"})
"""What `PrognosticMixin` lets a user run before and after each step."""


class _Everything(Container[str]):
    def __contains__(self, name: object) -> bool:
        return True

    def __repr__(self) -> str:
        return "ALL"


ALL: Final[Container[str]] = _Everything()
"""A set that holds every name."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KnownClass:
    """What is known of a class without reading it.

    Parameters
    ----------
    qualified_name : str
        Where the class is defined.
    bases : tuple[str, ...]
        Qualified names of its bases, each a known class too.
    methods : frozenset[str]
        The methods that it defines itself.
    attributes : frozenset[str]
        The other attributes that it defines itself, on the class or on its instances.
    bound_state : str or None
        The attribute that holds the bound state.
    restores, saves : frozenset[str]
        The methods that read the restored state, and that save into it, on their own or through
        others.
    inert : container of str
        The methods known to touch no checkpoint state.
    calls : mapping of str to tuple[str, ...]
        Methods of `self` that a method calls, where a subclass may say what they do.
    """

    qualified_name: str
    bases: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    bound_state: str | None = None
    restores: frozenset[str] = frozenset()
    saves: frozenset[str] = frozenset()
    inert: Container[str] = ALL
    calls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<KnownClass {self.qualified_name}>"

    @property
    def name(self) -> str:
        """The last part of the qualified name."""
        return self.qualified_name.rpartition(".")[2]


MODULE: Final = "torch.nn.modules.module.Module"
PROGNOSTIC_MIXIN: Final = "earth2studio.models.px.utils.PrognosticMixin"
AUTO_MODEL_MIXIN: Final = "earth2studio.models.auto.mixin.AutoModelMixin"
PROGNOSTIC_MODEL: Final = "earth2studio.models.px.base.PrognosticModel"
PERSISTENCE: Final = "earth2studio.models.px.persistence.Persistence"
FCN: Final = "earth2studio.models.px.fcn.FCN"
GAUSSIAN: Final = "earth2studio.perturbation.gaussian.Gaussian"
PROTOCOL: Final = "typing.Protocol"
GENERIC: Final = "typing.Generic"

_MODULE_METHODS: Final = frozenset(
    {
        "__call__", "__delattr__", "__dir__", "__getattr__", "__getstate__", "__init__", "__repr__",
        "__setattr__", "__setstate__", "_apply", "_call_impl", "_get_backward_hooks",
        "_get_backward_pre_hooks", "_get_name", "_load_from_state_dict", "_named_members",
        "_replicate_for_data_parallel", "_save_to_state_dict", "_slow_forward",
        "_wrapped_call_impl", "add_module", "apply", "bfloat16", "buffers", "children", "compile",
        "cpu", "cuda", "double", "eval", "extra_repr", "float", "forward", "get_buffer",
        "get_extra_state", "get_parameter", "get_submodule", "half", "load_state_dict", "modules",
        "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
        "register_backward_hook", "register_buffer", "register_forward_hook",
        "register_forward_pre_hook", "register_full_backward_hook",
        "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook", "register_module", "register_parameter",
        "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_",
        "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
        "type", "xpu", "zero_grad",
    }
)  # fmt: skip
RESTART_METHODS: Final = frozenset({"_restore_checkpoint_state", "_save_checkpoint_state"})
"""The names that Earth2Studio's models give to their helpers."""

_MODEL_METHODS: Final = frozenset(
    {"__init__", "__str__", "__call__", "_forward", "input_coords", "output_coords"}
)
_FORWARD: Final = MappingProxyType(
    dict.fromkeys(("__call__", "_call_impl", "_wrapped_call_impl", "_slow_forward"), ("forward",))
)

_WITHOUT_FILES: Final = (
    KnownClass("abc.ABC"),
    KnownClass(GENERIC),
    KnownClass(PROTOCOL, bases=(GENERIC,)),
    KnownClass(
        MODULE,
        methods=_MODULE_METHODS,
        attributes=frozenset({"T_destination", "call_super_init", "dump_patches", "training"}),
        calls=_FORWARD,
    ),
    KnownClass(PROGNOSTIC_MIXIN, methods=HOOKS | {"_default_hook"}),
    KnownClass(
        AUTO_MODEL_MIXIN,
        methods=frozenset({"from_pretrained", "load_default_package", "load_model"}),
        calls=MappingProxyType({"from_pretrained": ("load_default_package", "load_model")}),
    ),
    KnownClass(PROGNOSTIC_MODEL, bases=(PROTOCOL,), methods=PROGNOSTIC_PROTOCOL),
    KnownClass(
        "earth2studio.models.dx.base.DiagnosticModel",
        bases=(PROTOCOL,),
        methods=frozenset({"__call__", "input_coords", "output_coords", "to"}),
    ),
    KnownClass(
        "earth2studio.perturbation.base.Perturbation",
        bases=(PROTOCOL,),
        methods=frozenset({"__call__"}),
    ),
)

_WHERE_NO_FILE_IS_FOUND: Final = (
    KnownClass(
        PERSISTENCE,
        bases=(MODULE, PROGNOSTIC_MIXIN),
        methods=_MODEL_METHODS | RESTART_METHODS | ITERATOR_METHODS,
        attributes=frozenset({"_dt", "_history", "_input_coords", "_output_coords", "checkpoint"}),
        bound_state="checkpoint",
        restores=frozenset({"_restore_checkpoint_state"}) | ITERATOR_METHODS,
        saves=frozenset({"_save_checkpoint_state", "__call__"}) | ITERATOR_METHODS,
        inert=_MODEL_METHODS - {"__init__", "__call__"},
    ),
    KnownClass(
        FCN,
        bases=(MODULE, AUTO_MODEL_MIXIN, PROGNOSTIC_MIXIN),
        methods=_MODEL_METHODS
        | RESTART_METHODS
        | ITERATOR_METHODS
        | {"load_default_package", "load_model"},
        attributes=frozenset({"center", "checkpoint", "model", "scale"}),
        bound_state="checkpoint",
        restores=frozenset({"_restore_checkpoint_state", "__call__"}) | ITERATOR_METHODS,
        saves=frozenset({"_save_checkpoint_state", "__call__"}) | ITERATOR_METHODS,
        inert=(_MODEL_METHODS | {"load_default_package", "load_model"}) - {"__init__", "__call__"},
    ),
    KnownClass(
        GAUSSIAN,
        methods=frozenset({"__init__", "__call__", "_get_generator", "_save_generator_state"}),
        attributes=frozenset({"checkpoint", "generator", "noise_amplitude", "seed"}),
        bound_state="checkpoint",
        restores=frozenset({"__call__", "_get_generator"}),
        saves=frozenset({"__call__", "_save_generator_state"}),
        inert=frozenset(),
    ),
)

INERT_CLASSES: Final[Mapping[str, KnownClass]] = MappingProxyType(
    {known.qualified_name: known for known in _WITHOUT_FILES}
)
"""Classes that are never read: they touch no checkpoint state, and reading them takes time."""

FALLBACK_CLASSES: Final[Mapping[str, KnownClass]] = MappingProxyType(
    {known.qualified_name: known for known in _WHERE_NO_FILE_IS_FOUND}
)
"""Classes that are read from the linted tree or the environment, if they are there."""

CANONICAL_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "torch.nn.Module": MODULE,
        "torch.nn.modules.Module": MODULE,
        "typing_extensions.Generic": GENERIC,
        "typing_extensions.Protocol": PROTOCOL,
        "earth2studio.models.auto.AutoModelMixin": AUTO_MODEL_MIXIN,
        "earth2studio.models.px.PrognosticModel": PROGNOSTIC_MODEL,
        "earth2studio.models.dx.DiagnosticModel": "earth2studio.models.dx.base.DiagnosticModel",
        "earth2studio.models.px.Persistence": PERSISTENCE,
        "earth2studio.models.px.FCN": FCN,
        "earth2studio.perturbation.Gaussian": GAUSSIAN,
        "earth2studio.perturbation.Perturbation": "earth2studio.perturbation.base.Perturbation",
    }
)
"""Where a re-exported name is defined."""

DEFINED_NAMES: Final = frozenset(
    {
        CHECKPOINT,
        CHECKPOINT_SESSION,
        NULL_CHECKPOINT,
        CHECKPOINT_STATE,
        BIND_CHECKPOINT_STATE,
        *INERT_CLASSES,
        *FALLBACK_CLASSES,
    }
)
"""Names that are defined where they are said to be; no file is read to follow them further."""

UNBOUND_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {name.rpartition(".")[2]: name for name in sorted(DEFINED_NAMES)}
    | {"earth2studio": "earth2studio", "torch": "torch", "nn": "torch.nn", "np": "numpy"}
)
"""What a name means in a fragment that nowhere binds it."""

INERT_PACKAGES: Final = frozenset(sys.stdlib_module_names) | {
    "dask", "jax", "matplotlib", "netCDF4", "numpy", "onnxruntime", "pandas", "physicsnemo",
    "pydantic", "pytest", "scipy", "tensorflow", "torch", "torchvision", "typing_extensions",
    "xarray", "zarr",
}  # fmt: skip
"""Packages that know nothing of Earth2Studio's checkpoints; their files are not read.

The standard library, and large packages that nearly every model's file imports.
"""
