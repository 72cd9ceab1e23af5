"""What stands in for those parts of torch that need a real accelerator."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch._subclasses.fake_tensor import FakeTensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_torch: Any = torch
"""Torch without its types, for what it does not declare."""
_Generator = torch.Generator
_set_rng_state = torch.random.set_rng_state


class _AnyGenerator(type(_Generator)):  # type: ignore[misc]
    """Lets ``isinstance`` know the generators that were made before the stand-in."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _Generator)


class RehearsedGenerator(_Generator, metaclass=_AnyGenerator):
    """A generator on the CPU that claims to be on the device that it was asked for.

    Parameters
    ----------
    device : torch.device, str or int
        The device it claims; a number counts accelerators.
    """

    def __new__(cls, device: Any = "cpu") -> RehearsedGenerator:
        """Make the generator that really draws; nothing is drawn where tensors are fake."""
        return super().__new__(cls)

    def __init__(self, device: Any = "cpu") -> None:
        self._claimed = torch.device(device)

    @property
    def device(self) -> torch.device:  # type: ignore[override,unused-ignore]
        """The device that it claims to be on."""
        return self._claimed

    def set_state(self, new_state: torch.Tensor) -> RehearsedGenerator:
        """Take a state, a uint8 tensor on the CPU, whatever the generator's own device.

        Parameters
        ----------
        new_state : torch.Tensor
            Of dtype uint8, on the CPU, even for a generator on an accelerator.
        """
        if _usable_state(new_state):
            super().set_state(new_state)
        return self


def _usable_state(state: torch.Tensor) -> bool:
    """Tell whether a generator's state has values; refuse one that no generator takes."""
    if state.device.type != "cpu" or state.dtype is not torch.uint8:
        raise TypeError(
            f"RNG state must be a torch.ByteTensor on the CPU, not {state.dtype} on {state.device}"
        )
    return not isinstance(state, FakeTensor)


def _set_state_of_cpu(new_state: torch.Tensor) -> None:
    if _usable_state(new_state):
        _set_rng_state(new_state)


def _apply(
    self: Any,
    fn: Callable[[torch.Tensor], torch.Tensor],
    recurse: bool = True,
) -> Any:
    """Move parameters and buffers one by one, as ``Module.to`` and its like do with real ones.

    A parameter stays the same object, so that whatever else refers to it moves along; a buffer is
    replaced.
    """
    if recurse:
        for child in self.children():
            child._apply(fn)
    for name, parameter in self._parameters.items():
        if parameter is None:
            continue
        # A real tensor that the mode has once met could no longer change places with a fake one.
        fake = parameter if isinstance(parameter, FakeTensor) else _fake_of(parameter)
        moved = fn(fake)
        if moved is not parameter:
            self._parameters[name] = _in_place_of(parameter, moved)
    for name, buffer in self._buffers.items():
        if buffer is not None:
            self._buffers[name] = fn(buffer)
    return self


def _fake_of(tensor: torch.Tensor) -> torch.Tensor:
    """Make a fake tensor of the same shape, strides, dtype and device."""
    return torch.empty_strided(
        tensor.shape, tensor.stride(), dtype=tensor.dtype, device=tensor.device
    )


def _in_place_of(parameter: torch.nn.Parameter, moved: torch.Tensor) -> torch.nn.Parameter:
    """Give a parameter another tensor's content; if something forbids it, make another one."""
    content: Any = moved.detach() if moved.requires_grad else moved
    # What torch itself looks at; wrapping a fake tensor anew would tie it to the wrapper.
    content._is_param = True
    try:
        _torch.utils.swap_tensors(parameter, content)
    except RuntimeError:
        replacement: torch.nn.Parameter = content
        return replacement
    return parameter


def _not_compiled(model: Any = None, **options: Any) -> Any:
    """Stand in for ``torch.compile``, which gives the same results as not to compile."""
    return model if model is not None else _not_compiled


@contextmanager
def standins() -> Iterator[None]:
    """Put the stand-ins in place of what they stand for."""
    replaced: tuple[tuple[Any, str, Any], ...] = (
        (torch, "Generator", RehearsedGenerator),
        (torch, "set_rng_state", _set_state_of_cpu),
        (torch.random, "set_rng_state", _set_state_of_cpu),
        (torch, "compile", _not_compiled),
    )
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, standin in replaced:
        setattr(owner, name, standin)
    try:
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


@contextmanager
def modules_move_one_by_one() -> Iterator[None]:
    """Let modules move to other devices while tensors are fake."""
    module = _torch.nn.Module
    original = module._apply
    module._apply = _apply
    try:
        yield
    finally:
        module._apply = original
