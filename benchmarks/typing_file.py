"""A restart-aware file of 1,500 lines, such as somebody may type in, and the base class beside it.

`write_files` makes both in a folder: six models in the shapes that Earth2Studio's own have (a
base class in the file, one in the other file, a window of frames, latents, noise of its own, sub
steps, a wrapper), workflows with sessions, and much ordinary code around them. It has two
findings, so that there is something to show.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "forecasts.py"
BASE = "lattice.py"
LINES = 1500
"""The main file has this many lines; what is missing is filled up with ordinary functions."""

STEP_LINE = "            x, coords = self.front_hook(x, coords)"
"""A line inside the step of a rollout, several times in the file."""

_LATTICE = '''\
"""What the models of this project share: their grid, their step and their bound state."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import torch
from earth2studio.models.batch import batch_coords, batch_func
from earth2studio.models.px.utils import PrognosticMixin
from earth2studio.utils.checkpoint import bind_checkpoint_state
from earth2studio.utils.type import CoordSystem

VARIABLES = ["t2m", "msl", "u10m", "v10m"]


@dataclass
class Boundary:
    x: torch.Tensor | None = None
    coord_keys: tuple[str, ...] = ()
    coord_values: tuple[np.ndarray, ...] = ()


class Lattice(torch.nn.Module, PrognosticMixin):
    """Steps of six hours on a regular grid; nothing is saved."""

    def __init__(self, core: torch.nn.Module, center: torch.Tensor, scale: torch.Tensor):
        super().__init__()
        self.core = core
        self.register_buffer("center", center)
        self.register_buffer("scale", scale)

    def input_coords(self) -> CoordSystem:
        return OrderedDict(
            {
                "batch": np.empty(0),
                "lead_time": np.array([np.timedelta64(0, "h")]),
                "variable": np.array(VARIABLES),
                "lat": np.linspace(90, -90, 181),
                "lon": np.linspace(0, 360, 360, endpoint=False),
            }
        )

    @batch_coords()
    def output_coords(self, input_coords: CoordSystem) -> CoordSystem:
        output_coords = input_coords.copy()
        output_coords["lead_time"] = input_coords["lead_time"][-1:] + np.timedelta64(6, "h")
        return output_coords

    @torch.inference_mode()
    def _forward(self, x: torch.Tensor) -> torch.Tensor:
        x = (x - self.center) / self.scale
        return self.scale * self.core(x) + self.center

    @batch_func()
    def __call__(self, x: torch.Tensor, coords: CoordSystem) -> tuple[torch.Tensor, CoordSystem]:
        return self._forward(x), self.output_coords(coords)


class RestartLattice(Lattice):
    """A model that saves each boundary and goes on from the restored one."""

    state_type = Boundary

    def __init__(self, core: torch.nn.Module, center: torch.Tensor, scale: torch.Tensor):
        super().__init__(core, center, scale)
        self.checkpoint = bind_checkpoint_state(self.state_type())
        self._seen = None

    def create_iterator(self, x, coords):
        yield from self._default_generator(x, coords)

    def _restore_checkpoint_state(self, x, coords):
        saved = self.checkpoint
        is_unseen = saved.x is not self._seen
        self._seen = saved.x
        if (
            saved.checkpoint_level == 2
            and saved.checkpoint_state_loaded
            and saved.x is not None
            and is_unseen
        ):
            pairs = zip(saved.coord_keys, saved.coord_values)
            return saved.x.to(x.device), OrderedDict(pairs), True
        return x, coords, False

    def _save_checkpoint_state(self, x, coords):
        if self.checkpoint.checkpoint_level == 2:
            self.checkpoint.x = x.detach().clone().to(self.checkpoint.device)
            self.checkpoint.coord_keys = tuple(coords)
            self.checkpoint.coord_values = tuple(value.copy() for value in coords.values())
        else:
            self.checkpoint.x = None
            self.checkpoint.coord_keys = ()
            self.checkpoint.coord_values = ()
        self._seen = self.checkpoint.x
'''

_HEAD = '''\
"""Forecast models of this project, the workflows that run them, and what goes around them."""

from __future__ import annotations

import argparse
import json
import logging
import math
from collections import OrderedDict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from earth2studio.io import ZarrBackend
from earth2studio.models.auto import AutoModelMixin, Package
from earth2studio.models.batch import batch_coords, batch_func
from earth2studio.models.px.utils import PrognosticMixin
from earth2studio.run import deterministic
from earth2studio.utils.checkpoint import Checkpoint, bind_checkpoint_state
from earth2studio.utils.coords import handshake_coords, handshake_dim
from earth2studio.utils.type import CoordSystem
from lattice import Boundary, Lattice, RestartLattice

LOGGER = logging.getLogger(__name__)
VARIABLES = ["t2m", "msl", "u10m", "v10m", "z500", "t850"]
STEPS = 40
SIX_HOURS = np.timedelta64(6, "h")


@dataclass
class WindowState:
    x: torch.Tensor | None = None
    coord_keys: tuple[str, ...] = ()
    coord_values: tuple[np.ndarray, ...] = ()


@dataclass
class LatentState(Boundary):
    latents: list[torch.Tensor] | None = None


@dataclass
class NoiseState(Boundary):
    draws: torch.Tensor | None = None


class RestartModel(torch.nn.Module, AutoModelMixin, PrognosticMixin):
    """A model of this file: restores first, and saves each boundary before it is yielded."""

    def __init__(self, core_model: torch.nn.Module, center: torch.Tensor, scale: torch.Tensor):
        super().__init__()
        self.model = core_model
        self.register_buffer("center", center)
        self.register_buffer("scale", scale)
        self.checkpoint = bind_checkpoint_state(self._make_state())
        self._seen: torch.Tensor | None = None

    def _make_state(self) -> Boundary:
        return Boundary()

    def _restore_checkpoint_state(
        self, x: torch.Tensor, coords: CoordSystem
    ) -> tuple[torch.Tensor, CoordSystem, bool]:
        is_unseen = self.checkpoint.x is not self._seen
        self._seen = self.checkpoint.x
        if (
            self.checkpoint.checkpoint_level == 2
            and self.checkpoint.checkpoint_state_loaded
            and self.checkpoint.x is not None
            and self.checkpoint.coord_keys
            and is_unseen
        ):
            x = self.checkpoint.x.to(x.device)
            coords = OrderedDict(
                (key, np.asarray(value).copy())
                for key, value in zip(self.checkpoint.coord_keys, self.checkpoint.coord_values)
            )
            return x, coords, True
        return x, coords, False

    def _save_checkpoint_state(self, x: torch.Tensor, coords: CoordSystem) -> None:
        if self.checkpoint.checkpoint_enabled and self.checkpoint.checkpoint_level == 2:
            self.checkpoint.x = x.detach().clone().to(self.checkpoint.device)
            self.checkpoint.coord_keys = tuple(coords.keys())
            self.checkpoint.coord_values = tuple(
                np.asarray(value).copy() for value in coords.values()
            )
        else:
            self.checkpoint.x = None
            self.checkpoint.coord_keys = ()
            self.checkpoint.coord_values = ()
        self._seen = self.checkpoint.x

    def create_iterator(
        self, x: torch.Tensor, coords: CoordSystem
    ) -> Iterator[tuple[torch.Tensor, CoordSystem]]:
        """Creates an iterator for time integration; the initial condition comes first."""
        yield from self._default_generator(x, coords)
'''

_MODEL = Template('''

class $name($base):
    """$title

    Note
    ----
    The weights are those of the project's own training; the normalisation was computed over
    1979 to 2018. See the model card for what was left out.

    Parameters
    ----------
    core_model : torch.nn.Module
        Core PyTorch model with loaded weights
    center : torch.Tensor
        Model center normalization tensor, one value for each variable
    scale : torch.Tensor
        Model scale normalization tensor, one value for each variable
    """

    def __init__(
        self,
        core_model: torch.nn.Module,
        center: torch.Tensor,
        scale: torch.Tensor,
    ):
        super().__init__(core_model, center, scale)
        self.static_fields: torch.Tensor | None = None
        self.clamp = 1.5
$init

    def input_coords(self) -> CoordSystem:
        """Input coordinate system of the prognostic model

        Returns
        -------
        CoordSystem
            Coordinate system dictionary
        """
        return OrderedDict(
            {
                "batch": np.empty(0),
                "lead_time": np.array($leads),
                "variable": np.array(VARIABLES),
                "lat": np.linspace(90, -90, 720, endpoint=False),
                "lon": np.linspace(0, 360, 1440, endpoint=False),
            }
        )

    @batch_coords()
    def output_coords(self, input_coords: CoordSystem) -> CoordSystem:
        """Output coordinate system of the prognostic model

        Parameters
        ----------
        input_coords : CoordSystem
            Input coordinate system to transform into output_coords

        Returns
        -------
        CoordSystem
            Coordinate system dictionary
        """
        output_coords = input_coords.copy()
        test_coords = input_coords.copy()
        test_coords["lead_time"] = test_coords["lead_time"] - input_coords["lead_time"][-1]
        target_input_coords = self.input_coords()
        for i, key in enumerate(target_input_coords):
            if key != "batch":
                handshake_dim(test_coords, key, i)
                handshake_coords(test_coords, target_input_coords, key)
        output_coords["lead_time"] = input_coords["lead_time"][-1:] + np.timedelta64($hours, "h")
        return output_coords

    def __str__(self) -> str:
        return "$label"

    @classmethod
    def load_default_package(cls) -> Package:
        """Load prognostic package"""
        return Package(
            "hf://example/$label@1",
            cache_options={
                "cache_storage": Package.default_cache("$label"),
                "same_names": True,
            },
        )

    @classmethod
    def load_model(cls, package: Package) -> $name:
        """Load prognostic from package"""
        with open(package.resolve("config.json")) as file:
            config = json.load(file)
        model = torch.jit.load(package.resolve("$label.pt"))
        model.eval()
        center = torch.Tensor(np.load(package.resolve("global_means.npy")))
        scale = torch.Tensor(np.load(package.resolve("global_stds.npy")))
        if config.get("variables", VARIABLES) != VARIABLES:
            raise ValueError(f"{config['variables']} are not the variables of $name")
        return cls(model, center=center, scale=scale)

    def _statics(self, device: torch.device) -> torch.Tensor:
        if self.static_fields is None:
            lat = torch.linspace(90, -90, 720)
            lon = torch.linspace(0, 360, 1440)
            angle = torch.deg2rad(lat)[:, None] + 0 * lon[None, :]
            self.static_fields = torch.stack([torch.sin(angle), torch.cos(angle)])
        return self.static_fields.to(device)

    @torch.inference_mode()
    def _forward(self, x: torch.Tensor) -> torch.Tensor:
        statics = self._statics(x.device)
        x = x.squeeze(1)
        x = (x - self.center) / self.scale
        x = self.model(torch.cat([x, statics.expand(x.shape[0], -1, -1, -1)], dim=1))
        x = self.scale * x.clamp(-self.clamp, self.clamp) + self.center
        return x.unsqueeze(1)
$methods

    @batch_func()
    def __call__(
        self,
        x: torch.Tensor,
        coords: CoordSystem,
    ) -> tuple[torch.Tensor, CoordSystem]:
        """Runs prognostic model 1 step.

        Parameters
        ----------
        x : torch.Tensor
            Input tensor
        coords : CoordSystem
            Input coordinate system

        Returns
        -------
        tuple[torch.Tensor, CoordSystem]
            Output tensor and coordinate system in the future
        """
        return self._forward(x), self.output_coords(coords)

    @batch_func()
    def _default_generator(
        self, x: torch.Tensor, coords: CoordSystem
    ) -> Generator[tuple[torch.Tensor, CoordSystem], None, None]:
        coords = coords.copy()
$rollout
''')

_PLAIN = """\
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self.front_hook(x, coords)
            coords = self.output_coords(coords)
            x = self._forward(x)
            x, coords = self.rear_hook(x, coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords.copy()"""

_FORGETFUL = """\
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self.front_hook(x, coords)
            coords = self.output_coords(coords)
            x = self._forward(x)
            if coords["lead_time"][-1] % np.timedelta64(12, "h") == np.timedelta64(0, "h"):
                self._save_checkpoint_state(x, coords)
            yield x, coords.copy()"""

_WINDOW = """\
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x[:, -1:], last_frame(coords)
        while True:
            x, coords = self.front_hook(x, coords)
            frame, frame_coords = self._forward(x[:, -1:]), self.output_coords(coords)
            x = torch.cat([x[:, 1:], frame], dim=1)
            hours = np.concatenate([coords["lead_time"][1:], frame_coords["lead_time"]])
            coords = OrderedDict(coords, lead_time=hours)
            self._save_checkpoint_state(x, coords)
            yield frame, frame_coords"""

_LATENTS = """\
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if restored:
            latents = [one.to(x.device).clone() for one in self.checkpoint.latents]
        else:
            latents = self._encode(x)
            self._save(x, coords, latents)
            yield x, coords
        while True:
            latents = self._advance(latents)
            x, coords = self._decode(latents), self.output_coords(coords)
            self._save(x, coords, latents)
            yield x, coords"""

_LATENT_METHODS = """
    def _make_state(self) -> LatentState:
        return LatentState()

    def _encode(self, x: torch.Tensor) -> list[torch.Tensor]:
        return [x.roll(shift, -1) for shift in (1, 2, 4)]

    @torch.inference_mode()
    def _advance(self, latents: list[torch.Tensor]) -> list[torch.Tensor]:
        mixed = 0.1 * torch.sin(latents[0] - latents[-1])
        return [0.8 * one + mixed for one in latents]

    def _decode(self, latents: list[torch.Tensor]) -> torch.Tensor:
        return torch.stack(latents).mean(dim=0)

    def _save(self, x: torch.Tensor, coords: CoordSystem, latents: list[torch.Tensor]) -> None:
        self._save_checkpoint_state(x, coords)
        self.checkpoint.latents = [one.detach().clone() for one in latents]"""

_NOISE_METHODS = """
    def _make_state(self) -> NoiseState:
        return NoiseState()

    def _restore_checkpoint_state(
        self, x: torch.Tensor, coords: CoordSystem
    ) -> tuple[torch.Tensor, CoordSystem, bool]:
        x, coords, restored = super()._restore_checkpoint_state(x, coords)
        if restored:
            self.generator.set_state(self.checkpoint.draws.cpu())
        else:
            self.generator.manual_seed(self.seed)
        return x, coords, restored

    def _save_checkpoint_state(self, x: torch.Tensor, coords: CoordSystem) -> None:
        super()._save_checkpoint_state(x, coords)
        self.checkpoint.draws = self.generator.get_state()

    def _perturb(self, x: torch.Tensor) -> torch.Tensor:
        noise = torch.randn(x.shape, generator=self.generator).to(x.device)
        return x + 0.01 * self.scale * noise"""

_NOISE = _PLAIN.replace("self._forward(x)", "self._forward(self._perturb(x))")

_SUB_STEPS = """\
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        if not restored:
            self._save_checkpoint_state(x, coords)
            yield x, coords
        while True:
            x, coords = self.front_hook(x, coords)
            if hour_of(coords) % 6 == 0:
                x, coords = self._forward(x), self.output_coords(coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords
            if hour_of(coords) % 6 == 2:
                x, coords = 0.9 * x.roll(1, -1), self.output_coords(coords)
                self._save_checkpoint_state(x, coords)
                yield x, coords
            x, coords = x + 0.05 * x.mean(dim=-1, keepdim=True), self.output_coords(coords)
            self._save_checkpoint_state(x, coords)
            yield x, coords"""

_ZERO = '[np.timedelta64(0, "h")]'
_TWO = '[np.timedelta64(-6, "h"), np.timedelta64(0, "h")]'
_MODELS = (
    ("Transformer", "RestartModel", "A transformer over patches.", "", _ZERO, 6, "", _PLAIN),
    ("Window", "RestartModel", "It reads two frames.", "", _TWO, 6, "", _WINDOW),
    (
        *("Encoder", "RestartModel", "It steps in a latent space.", "", _ZERO, 6),
        *(_LATENT_METHODS, _LATENTS),
    ),
    (
        *("Stochastic", "RestartModel", "It draws noise from a generator of its own."),
        "        self.seed = 7\n        self.generator = torch.Generator()",
        *(_ZERO, 6, _NOISE_METHODS, _NOISE),
    ),
    ("Cycle", "RestartModel", "A cycle in three parts.", "", _ZERO, 2, "", _SUB_STEPS),
    ("Shared", "RestartLattice", "Its base is in another file.", "", _ZERO, 6, "", _PLAIN),
    ("Sparing", "RestartModel", "It saves every other step.", "", _ZERO, 6, "", _FORGETFUL),
)

_WRAPPER = '''

class Inner(Lattice):
    """A model that is not restart-aware."""

    @batch_func()
    def create_iterator(self, x, coords):
        yield x, coords
        while True:
            x, coords = self.front_hook(x, coords)
            x, coords = self._forward(x), self.output_coords(coords)
            x, coords = self.rear_hook(x, coords)
            yield x, coords


class Wrapper(RestartModel):
    """Makes another model restart-aware: the inner rollout starts at what was saved."""

    def __init__(self, inner: Inner, center: torch.Tensor, scale: torch.Tensor):
        super().__init__(torch.nn.Identity(), center, scale)
        self.inner = inner

    @batch_func()
    def _default_generator(self, x, coords):
        x, coords, restored = self._restore_checkpoint_state(x, coords)
        iterator = self.inner.create_iterator(x, coords)
        if restored:
            next(iterator)
        for x, coords in iterator:
            self._save_checkpoint_state(x, coords)
            yield x, coords
'''

_WORKFLOWS = '''

def last_frame(coords: CoordSystem) -> CoordSystem:
    """Give the coordinates of the last frame."""
    return OrderedDict(coords, lead_time=coords["lead_time"][-1:])


def hour_of(coords: CoordSystem) -> int:
    """Give the lead time in hours."""
    return int(coords["lead_time"][-1] / np.timedelta64(1, "h"))


def initial_condition(model: PrognosticMixin) -> tuple[torch.Tensor, CoordSystem]:
    """Make the field that a rollout of `model` starts with."""
    coords = OrderedDict(time=np.array([np.datetime64("2024-01-01T00", "ns")]))
    coords.update(model.input_coords())
    del coords["batch"]
    shape = [len(values) for values in coords.values()]
    return torch.rand(shape, generator=torch.Generator().manual_seed(3)), coords


def write_output(path: Path, x: torch.Tensor, coords: CoordSystem) -> None:
    """Write one boundary to a file of its own."""
    np.save(path / f"{hour_of(coords):03}.npy", x.numpy())


def run_forecast(path: Path, model: RestartModel) -> None:
    """Run one forecast, and go on where it was stopped."""
    with Checkpoint("forecast", path=path / "checkpoint", flush_interval=3) as session:
        if session.write_count == STEPS:
            return
        for x, coords in model.create_iterator(*initial_condition(model)):
            write_output(path, x, coords)
            session.write(lead_time=coords["lead_time"][-1])
            if session.write_count == STEPS:
                break
        session.flush()


def run_eager_forecast(path: Path, model: RestartModel) -> None:
    """Run one forecast whose writes are committed at once."""
    with Checkpoint("eager", path=path / "checkpoint") as session:
        if session.write_count == STEPS:
            return
        for x, coords in model.create_iterator(*initial_condition(model)):
            write_output(path, x, coords)
            session.write(lead_time=coords["lead_time"][-1])
            session.flush()
            if session.write_count == STEPS:
                break


def run_members(path: Path, model: RestartModel, count: int) -> None:
    """Run some members, one after another; which are done stands in the metadata."""
    last = SIX_HOURS * STEPS
    with Checkpoint("ensemble", path=path / "checkpoint") as session:
        done = list(session.metadata.get("done", []))
        x0, coords0 = initial_condition(model)
        for member in range(count):
            if member in done:
                continue
            folder = path / f"member{member}"
            folder.mkdir(exist_ok=True)
            start = OrderedDict(ensemble=np.array([member]), **coords0)
            for x, coords in model.create_iterator(x0[None] + 0.01 * member, start):
                write_output(folder, x, coords)
                if coords["lead_time"][-1] == last:
                    done = [*done, member]
                session.write(lead_time=coords["lead_time"][-1], done=done)
                if member in done:
                    break


def run_built_in(path: Path, model: RestartModel, data: object) -> None:
    """Run Earth2Studio's own deterministic workflow."""
    io = ZarrBackend(str(path / "forecast.zarr"))
    checkpoint = Checkpoint("built-in", path=path / "checkpoint")
    deterministic(["2024-01-01"], STEPS, model, data, io, checkpoint=checkpoint)
'''

_ORDINARY = Template('''

@dataclass
class ${title}Score:
    """What the verification of $what against the analysis gave."""

    name: str
    values: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, value: float, weight: float = 1.0) -> None:
        """Take one more value into the mean."""
        if not math.isfinite(value):
            LOGGER.warning("%s: %s is no number", self.name, value)
            return
        self.values.append(value)
        self.weights.append(weight)

    @property
    def mean(self) -> float:
        """The weighted mean of what was added."""
        total = sum(self.weights)
        if not total:
            return math.nan
        return sum(v * w for v, w in zip(self.values, self.weights)) / total


def score_$what(
    forecast: np.ndarray, analysis: np.ndarray, lat: np.ndarray, names: Sequence[str]
) -> dict[str, ${title}Score]:
    """Compare forecast and analysis, variable by variable, weighted by latitude."""
    weights = np.cos(np.deg2rad(lat))
    weights = weights / weights.mean()
    scores: dict[str, ${title}Score] = {}
    for index, name in enumerate(names):
        score = ${title}Score(name)
        difference = forecast[..., index, :, :] - analysis[..., index, :, :]
        for step, field_of_step in enumerate(difference):
            error = np.sqrt((weights[:, None] * field_of_step**2).mean())
            score.add(float(error), weight=1 / (1 + step))
        scores[name] = score
    return scores
''')

_FILLER = Template('''

def row_$number(scores: dict[str, float], width: int = 12) -> str:
    """Write one row of the report, part $number."""
    cells = [f"{name}: {value:.3f}".ljust(width) for name, value in sorted(scores.items())]
    return " | ".join(cells)
''')

_TAIL = '''

def main() -> None:
    """Read the command line and run what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--members", type=int, default=0)
    arguments = parser.parse_args()
    model = Transformer.load_model(Transformer.load_default_package())
    if arguments.members:
        run_members(arguments.path, model, arguments.members)
    else:
        run_forecast(arguments.path, model)


if __name__ == "__main__":
    main()
'''


def main_text() -> str:
    """Give the text of the file that is typed in: `LINES` lines."""
    parts = [_HEAD]
    for name, base, title, init, leads, hours, methods, rollout in _MODELS:
        parts.append(
            _MODEL.substitute(
                name=name,
                base=base,
                title=title,
                label=name.lower(),
                init=init,
                leads=leads,
                hours=hours,
                methods=methods,
                rollout=rollout,
            )
        )
    parts += [_WRAPPER, _WORKFLOWS]
    parts += [
        _ORDINARY.substitute(title=what.title(), what=what)
        for what in ("temperature", "pressure", "wind")
    ]
    missing = LINES - sum(part.count("\n") for part in (*parts, _TAIL))
    size = _FILLER.template.count("\n")
    parts += [_FILLER.substitute(number=number) for number in range(missing // size)]
    parts += ["# The end of the report.\n"] * (missing % size)
    return "".join([*parts, _TAIL])


def base_text() -> str:
    """Give the text of the file with the base class."""
    return _LATTICE


def write_files(folder: Path) -> Path:
    """Write both files into a folder, and give the path of the one that is typed in."""
    (folder / BASE).write_text(base_text(), encoding="utf-8")
    main = folder / MAIN
    main.write_text(main_text(), encoding="utf-8")
    return main
