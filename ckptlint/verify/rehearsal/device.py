"""An accelerator that is only pretended: fake tensors on it, and a mode that refuses mixed devices.

A CUDA build of torch makes fake ``cuda`` tensors without a GPU. A CPU build can make some too, but
most operations on them fail or end the process, for it has no guard for that device; so there a
device ``rehearsal`` is registered in torch's place for private backends, with a guard in Python.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch
import torch._dynamo
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils import _pytree as pytree

from ckptlint.verify.rehearsal.errors import UnrehearsableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The first fake tensor imports torch._dynamo; who imports this before forking pays for it once.

NAME = "rehearsal"

_torch: Any = torch
"""Torch without its types, for what it does not declare."""
_CONVOLUTIONS = ("aten::convolution", "aten::_convolution")
_INDEXINGS = ("aten::index", "aten::index_put", "aten::index_put_", "aten::_unsafe_index")


def choose_accelerator() -> torch.device:
    """Give the device to pretend: CUDA if this torch was built for it, else one of our own.

    Raises
    ------
    UnrehearsableError
        If this torch has no place for a device of our own.
    """
    if _torch.backends.cuda.is_built():
        return torch.device("cuda", 0)
    if _torch._C._get_privateuse1_backend_name() != NAME:
        _register()
    return torch.device(NAME, 0)


def _register() -> None:
    """Register the device with torch, for the life of this process."""
    accelerator: Any = getattr(torch._C, "_acc", None)
    if accelerator is None or not hasattr(
        accelerator, "register_python_privateuseone_device_guard"
    ):
        raise UnrehearsableError(
            f"torch {torch.__version__} takes no device from Python, torch 2.13 does"
        )

    class Guard(accelerator.DeviceGuard):  # type: ignore[misc,name-defined,unused-ignore]
        def type_(self) -> Any:
            return torch._C._autograd.DeviceType.PrivateUse1

    class Hooks(accelerator.PrivateUse1Hooks):  # type: ignore[misc,name-defined,unused-ignore]
        def is_available(self) -> bool:
            return True

        def is_built(self) -> bool:
            return True

        def has_primary_context(self, device_index: int) -> bool:
            return True

    _torch.utils.rename_privateuse1_backend(NAME)
    _torch.utils.generate_methods_for_privateuse1_backend()
    _torch._register_device_module(NAME, _device_module())
    _KEPT.extend((Guard(), Hooks()))
    accelerator.register_python_privateuseone_device_guard(_KEPT[0])
    accelerator.register_python_privateuseone_hook(_KEPT[1])
    # Without it, each operation under _torch.autocast of this device would be refused.
    library = _torch.library.Library("_", "IMPL", "AutocastPrivateUse1")
    library.fallback(_torch.library.fallthrough_kernel)
    _KEPT.append(library)


_KEPT: list[Any] = []
"""What torch holds on to without owning it."""


def _device_module() -> ModuleType:
    """Give what torch asks of ``torch.<device>``."""
    module = ModuleType(f"torch.{NAME}")
    functions = {
        "is_initialized": lambda: True,
        "is_available": lambda: True,
        "device_count": lambda: 1,
        "current_device": lambda: 0,
        "_is_in_bad_fork": lambda: False,
        "manual_seed": lambda seed: None,
        "manual_seed_all": lambda seed: None,
        "get_rng_state": lambda device=None: torch.zeros(16, dtype=torch.uint8),
        "set_rng_state": lambda state, device=None: None,
        "synchronize": lambda device=None: None,
        "empty_cache": lambda: None,
        "get_amp_supported_dtype": lambda: [torch.float16, torch.bfloat16],
    }
    vars(module).update(functions)
    return module


class AcceleratorMode(FakeTensorMode):  # type: ignore[misc,no-untyped-call,unused-ignore]
    """Makes every tensor fake, and refuses what an accelerator would refuse.

    Real tensors, such as a plain attribute that ``Module.to`` does not move, are taken for what
    they are: tensors on the CPU.
    """

    # Our device counts as available, so torch would make its tensors on it rather than move them.
    avoid_device_init = True

    def __init__(self) -> None:
        super().__init__(allow_non_fake_inputs=True)

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run an operation on fake tensors, after checks that torch leaves out."""
        name = func._schema.name if hasattr(func, "_schema") else ""
        if name in _CONVOLUTIONS:
            _same_device(pytree.tree_leaves((args, kwargs)))
        elif name in _INDEXINGS:
            _index_near(args[0], args[1])
        elif name == "aten::_thnn_fused_gru_cell":
            return self._gru_cell(*args, **(kwargs or {}))
        return super().__torch_dispatch__(func, types, args, kwargs or {})

    def _gru_cell(
        self, input_gates: Any, hidden_gates: Any, hidden: Any, *biases: Any, **more: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the new state and the work space of a cell for which torch has no fake operation.

        Parameters
        ----------
        input_gates, hidden_gates : torch.Tensor
            Of shape ``(batch, 3 * hidden)``.
        hidden : torch.Tensor
            Of shape ``(batch, hidden)``.
        *biases, **more : torch.Tensor or None
            Of shape ``(3 * hidden,)``.
        """
        _same_device((input_gates, hidden_gates, hidden, *biases, *more.values()))
        with self:
            work = hidden.new_empty((hidden.shape[0], hidden.shape[1] * 5))
            return torch.empty_like(hidden), work


def _same_device(values: Sequence[Any]) -> None:
    """Refuse tensors on several devices, as a kernel does that takes no scalars from the CPU."""
    devices = {str(value.device): None for value in values if isinstance(value, torch.Tensor)}
    if len(devices) > 1:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{' and '.join(devices)}!"
        )


def _index_near(indexed: torch.Tensor, indices: Sequence[torch.Tensor | None]) -> None:
    """Refuse an index that is neither on the CPU nor beside what it indexes."""
    for index in indices:
        if index is not None and index.device.type not in ("cpu", indexed.device.type):
            raise RuntimeError(
                "indices should be either on cpu or on the same device as the indexed tensor "
                f"({indexed.device})"
            )
