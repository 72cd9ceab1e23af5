"""What torch's functions would say of devices on a real accelerator, and fake tensors do not say.

These are the functions that leave torch's dispatcher aside: generators, numpy, and the choice of
a device by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from ckptlint.verify.rehearsal.errors import UnrehearsableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TO_NUMPY = (torch.Tensor.numpy, torch.Tensor.__array__)
_TO_OTHER_LIBRARIES = (torch.Tensor.__dlpack__,)
_MOVES = (torch.Tensor.to,)
_NAMED_MOVES = {torch.Tensor.cuda: "cuda", torch.Tensor.xpu: "xpu"}
_ALWAYS_THERE = ("cpu", "meta")


class AcceleratorFunctions(TorchFunctionMode):
    """Checks of devices at the functions that do not reach torch's dispatcher.

    Parameters
    ----------
    accelerator : torch.device
        The device that is pretended.
    """

    def __init__(self, accelerator: torch.device) -> None:
        super().__init__()
        self.accelerator = accelerator

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of torch between the checks."""
        named = kwargs or {}
        if func in _TO_NUMPY and not named.get("force"):
            self._refuse_numpy(args[0])
        elif func in _TO_OTHER_LIBRARIES:
            raise UnrehearsableError("fake tensors have no values for other libraries")
        elif func in _NAMED_MOVES:
            self._refuse_other(torch.device(_NAMED_MOVES[func]))
        elif func in _MOVES and len(args) > 1:
            self._refuse_other(args[1])
        self._refuse_other(named.get("device"))
        result = func(*args, **named)
        generator = named.get("generator")
        if isinstance(generator, torch.Generator) and isinstance(result, torch.Tensor):
            _refuse_generator(generator, result.device)
        return result

    def _refuse_numpy(self, tensor: torch.Tensor) -> None:
        if tensor.device.type == self.accelerator.type:
            raise TypeError(
                f"can't convert {tensor.device} device type tensor to numpy. Use Tensor.cpu() to "
                "copy the tensor to host memory first."
            )

    def _refuse_other(self, device: object) -> None:
        """Refuse another accelerator than the pretended one, asked for by its name."""
        try:
            wanted = torch.device(device) if isinstance(device, str) else device
        except RuntimeError:
            return
        if (
            isinstance(wanted, torch.device)
            and wanted.type not in _ALWAYS_THERE
            and wanted.type != self.accelerator.type
        ):
            raise UnrehearsableError(
                f"the device {wanted} is asked for by its name, and this torch has none"
            )


def _refuse_generator(generator: torch.Generator, device: torch.device) -> None:
    if generator.device.type != device.type:
        raise RuntimeError(
            f"Expected a '{device.type}' device type for generator but found "
            f"'{generator.device.type}'"
        )
