"""Restart-aware models, right ones and ones that leave something on the wrong device."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from earth2studio.models.batch import batch_coords, batch_func
from earth2studio.models.px.fcn import FCN
from earth2studio.models.px.persistence import Persistence
from earth2studio.models.px.utils import PrognosticMixin
from earth2studio.utils.checkpoint import bind_checkpoint_state


@dataclass
class State:
    x: torch.Tensor | None = None
    extra: torch.Tensor | None = None
    names: tuple[str, ...] = ()
    values: tuple[np.ndarray, ...] = ()


class Model(torch.nn.Module, PrognosticMixin):
    """A right model: one variable on a grid of four by eight, six hours a step."""

    def __init__(self) -> None:
        super().__init__()
        self.checkpoint = bind_checkpoint_state(State())
        self.register_buffer("scale", torch.ones(8))

    def input_coords(self) -> OrderedDict[str, np.ndarray]:
        return OrderedDict(
            batch=np.empty(0),
            lead_time=np.array([np.timedelta64(0, "h")]),
            variable=np.array(["t2m"]),
            lat=np.linspace(90, -90, 4, endpoint=False),
            lon=np.linspace(0, 360, 8, endpoint=False),
        )

    @batch_coords()
    def output_coords(self, input_coords: Any) -> Any:
        output = input_coords.copy()
        output["lead_time"] = input_coords["lead_time"] + np.timedelta64(6, "h")
        return output

    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.scale

    def restored(self, saved: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return saved.to(x.device)

    def save(self, x: torch.Tensor, coords: Any) -> None:
        self.checkpoint.x = x.detach().clone()
        self.checkpoint.names = tuple(coords)
        self.checkpoint.values = tuple(coords.values())

    @batch_func()
    def iterate(self, x: torch.Tensor, coords: Any) -> Any:
        if self.checkpoint.checkpoint_state_loaded:
            x = self.restored(self.checkpoint.x, x)
            coords = OrderedDict(zip(self.checkpoint.names, self.checkpoint.values, strict=True))
        else:
            self.save(x, coords)
            yield x, coords
        while True:
            x, coords = self.step(x), self.output_coords(coords)
            self.save(x, coords)
            yield x, coords

    def create_iterator(self, x: torch.Tensor, coords: Any) -> Any:
        yield from self.iterate(x, coords)


class NotMoved:
    """Restores a tensor and leaves it on the CPU."""

    def restored(self, saved: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return saved


class Convolution(Model):
    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.Conv2d(1, 1, 3, padding=1, padding_mode="circular")

    def step(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.fft.irfft2(torch.fft.rfft2(self.core(x[:, 0])))
        hidden = torch.nn.functional.interpolate(hidden, scale_factor=2)[..., ::2, ::2]
        return hidden.roll(1, -1)[:, None]


class Recurrent(Model):
    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.GRU(8, 8, batch_first=True)

    def step(self, x: torch.Tensor) -> torch.Tensor:
        return self.core(x[:, 0, 0])[0][:, None, None]  # not_moved_recurrent


class Attention(Model):
    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.TransformerEncoderLayer(8, 2, batch_first=True)

    def step(self, x: torch.Tensor) -> torch.Tensor:
        order = torch.tensor([0, 2, 1, 3], device=x.device)
        x = x[..., order, :]
        x[..., 0] = 1.0
        x = torch.where(x > 0, x, torch.zeros_like(x))
        return self.core(x[:, 0, 0])[:, None, None]


class SavedGenerator(Model):
    """Draws noise on the accelerator, and saves the generator's state beside the boundary."""

    generator: torch.Generator | None = None

    def step(self, x: torch.Tensor) -> torch.Tensor:
        if self.generator is None:
            self.generator = torch.Generator(device=x.device).manual_seed(1)
            if self.checkpoint.extra is not None:
                self.generator.set_state(self.state_for(x))  # moved_generator_state
        noise = torch.randn(x.shape, generator=self.generator, device=x.device)
        self.checkpoint.extra = self.generator.get_state()
        return x + noise

    def state_for(self, x: torch.Tensor) -> torch.Tensor:
        return self.checkpoint.extra


class MovedGeneratorState(SavedGenerator):
    def state_for(self, x: torch.Tensor) -> torch.Tensor:
        return self.checkpoint.extra.to(x.device)


class MovesItsOwnCore(Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = [torch.nn.Linear(8, 8)]

    def step(self, x: torch.Tensor) -> torch.Tensor:
        return self.hidden[0].to(x.device)(x)


class Autocast(Model):
    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.Linear(8, 8)

    def step(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(x.device.type, dtype=torch.bfloat16):
            return self.core(x).float()


class Compiled(Model):
    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.Linear(8, 8)

    def step(self, x: torch.Tensor) -> torch.Tensor:
        return torch.compile(self.core)(x)


class ParameterInAList(Model):
    def __init__(self) -> None:
        super().__init__()
        self.core = torch.nn.Linear(8, 8)
        self.weights = [self.core.weight]

    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weights[0]


class BatchOnly(Model):
    """Takes no other leading dimension than the batch."""

    def create_iterator(self, x: torch.Tensor, coords: Any) -> Any:
        if "batch" not in coords:
            raise ValueError("no batch")
        yield from super().create_iterator(x, coords)


class MovedLinear(NotMoved, Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.scale  # not_moved


class MovedConvolution(NotMoved, Convolution):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return self.core(x[:, 0])[:, None]  # not_moved_convolution


class MovedRecurrent(NotMoved, Recurrent):
    pass


class GoesOnUponTheCpu(NotMoved, Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x + 1


class PlainAttribute(Model):
    def __init__(self) -> None:
        super().__init__()
        self.weights = torch.ones(8)

    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weights  # plain_attribute


class ToNumpy(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(np.asarray(x))  # to_numpy


class GeneratorOnTheCpu(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        generator = torch.Generator().manual_seed(1)
        return torch.randn(x.shape, generator=generator, device=x.device)  # generator_on_the_cpu


class IndexOnTheAccelerator(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.ones(9)[x[0, 0, 0, 0].argsort()]  # index_on_the_accelerator


class BranchesOnValues(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x if x.mean() > 0 else -x  # branches_on_values


class AsksForAValue(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x * x.mean().item()  # asks_for_a_value


class FormatsAValue(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        print(f"{x.mean():.3f}")  # formats_a_value
        return x


class NumpyInItsStep(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(x.cpu().numpy()).to(x.device)  # numpy_in_its_step


class ChecksWhatItRestores(Model):
    def restored(self, saved: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        assert not saved.isnan().any()  # checks_what_it_restores
        return saved.to(x.device)


class CudaByName(Model):
    def restored(self, saved: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return saved.to("cuda")  # cuda_by_name


class CudaByMethod(Model):
    def restored(self, saved: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return saved.cuda()  # cuda_by_method


class HalfPrecision(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        return x.to(torch.bfloat16)


class FailsAtOnce(Model):
    def step(self, x: torch.Tensor) -> torch.Tensor:
        raise ArithmeticError("too hot")  # fails_at_once


class EndsAfterThree(Model):
    def create_iterator(self, x: torch.Tensor, coords: Any) -> Any:
        for boundary in super().create_iterator(x, coords):
            yield boundary
            if boundary[1]["lead_time"][-1] >= np.timedelta64(12, "h"):
                return


def persistence(history: int = 1) -> Persistence:
    domain = OrderedDict(lat=np.arange(4.0), lon=np.arange(8.0))
    return Persistence(["t2m", "msl"], domain, history=history)


def persistence_with_history() -> Persistence:
    return persistence(3)


def four_cast_net() -> FCN:
    core = torch.nn.Conv2d(26, 26, 3, padding=1)
    return FCN(core, torch.zeros(26, 1, 1), torch.ones(26, 1, 1))


convolution = Convolution
recurrent = Recurrent
attention = Attention
saved_generator = SavedGenerator
moved_generator_state = MovedGeneratorState
moves_its_own_core = MovesItsOwnCore
autocast = Autocast
compiled = Compiled
parameter_in_a_list = ParameterInAList
batch_only = BatchOnly
not_moved = MovedLinear
not_moved_convolution = MovedConvolution
not_moved_recurrent = MovedRecurrent
goes_on_upon_the_cpu = GoesOnUponTheCpu
plain_attribute = PlainAttribute
to_numpy = ToNumpy
generator_on_the_cpu = GeneratorOnTheCpu
index_on_the_accelerator = IndexOnTheAccelerator
branches_on_values = BranchesOnValues
asks_for_a_value = AsksForAValue
formats_a_value = FormatsAValue
numpy_in_its_step = NumpyInItsStep
checks_what_it_restores = ChecksWhatItRestores
cuda_by_name = CudaByName
cuda_by_method = CudaByMethod
half_precision = HalfPrecision
fails_at_once = FailsAtOnce
ends_after_three = EndsAfterThree
