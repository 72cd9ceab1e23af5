"""A checkpoint only where the run is to be kept, by a conditional expression of each kind."""

import numpy as np
from earth2studio import run as workflows
from earth2studio.data import Random
from earth2studio.io import KVBackend
from earth2studio.models.dx import Identity
from earth2studio.models.px import Persistence
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint

DOMAIN = {"lat": np.linspace(90, -90, 4), "lon": np.linspace(0, 360, 8, endpoint=False)}


def forecast(path, is_kept):
    checkpoint = Checkpoint("forecast", path=path) if is_kept else NullCheckpoint()
    workflows.deterministic(
        time=["2024-01-01"],
        nsteps=2,
        prognostic=Persistence("t2m", DOMAIN),
        data=Random(DOMAIN),
        io=KVBackend(),
        device="cpu",
        checkpoint=checkpoint,
    )


def diagnosed(path, is_kept):
    model, data = Persistence("t2m", DOMAIN), Random(DOMAIN)
    workflows.diagnostic(
        ["2024-01-01"],
        2,
        model,
        Identity(),
        data,
        KVBackend(),
        checkpoint=Checkpoint("forecast", path=path) if is_kept else NullCheckpoint(),
    )


def run(path):
    forecast(path, True)
    forecast(path, False)
