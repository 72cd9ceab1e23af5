"""Checkpoints whose tensors stay in memory, for a fake tensor has nothing that could be written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from earth2studio.utils import checkpoint  # type: ignore[import-untyped,unused-ignore]
from torch._subclasses.fake_tensor import unset_fake_temporarily

from ckptlint.verify.rehearsal.errors import UnrehearsableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KIND = "ckptlint-rehearsed-tensor"


@contextmanager
def tensors_in_memory() -> Iterator[None]:
    """Let checkpoints keep tensors in memory; all else is written and read as ever.

    What is restored is on the CPU, wherever it was when it was saved, as with real checkpoints.

    Raises
    ------
    UnrehearsableError
        If the installed Earth2Studio writes its checkpoints in another way than the known one.
    """
    codec: Any = getattr(checkpoint, "_CheckpointCodec", object)
    written, read = vars(codec).get("dump_value"), vars(codec).get("load_value")
    if not isinstance(written, classmethod) or not isinstance(read, classmethod):
        raise UnrehearsableError("the checkpoints of this Earth2Studio are not known")
    kept: list[torch.Tensor] = []

    def dump_value(cls: type, value: Any, *others: Any, **named: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            return written.__func__(cls, value, *others, **named)
        kept.append(_as_saved(value))
        return {"kind": KIND, "number": len(kept) - 1}

    def load_value(cls: type, payload: Mapping[str, Any], *others: Any, **named: Any) -> Any:
        if payload["kind"] != KIND:
            return read.__func__(cls, payload, *others, **named)
        with unset_fake_temporarily():
            return kept[payload["number"]].clone()

    codec.dump_value, codec.load_value = classmethod(dump_value), classmethod(load_value)
    try:
        yield
    finally:
        codec.dump_value, codec.load_value = written, read


def _as_saved(value: torch.Tensor) -> torch.Tensor:
    """Copy a tensor to the CPU; refuse what numpy, and so a checkpoint, cannot hold."""
    with unset_fake_temporarily():
        if value.layout is not torch.strided:
            raise TypeError(f"can't convert {value.layout} tensor to numpy")
        torch.empty(0, dtype=value.dtype).numpy()
        return value.detach().cpu().clone(memory_format=torch.contiguous_format)
