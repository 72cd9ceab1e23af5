"""The wrapper's default is None, and it is handed on as it is."""

import numpy as np
from earth2studio.data import Random
from earth2studio.io import KVBackend
from earth2studio.models.px import Persistence
from earth2studio.run import deterministic
from earth2studio.utils.checkpoint import (
    Checkpoint,
    CheckpointSession,
    NullCheckpoint,
)


def forecast(steps, *, checkpoint: Checkpoint | CheckpointSession | None = None):
    domain = {"lat": np.linspace(90, -90, 4), "lon": np.linspace(0, 360, 8, endpoint=False)}
    model, data = Persistence("t2m", domain), Random(domain)
    return deterministic(
        ["2024-01-01"], steps, model, data, KVBackend(), device="cpu", checkpoint=NullCheckpoint() if checkpoint is None else checkpoint
    )


def run(path):
    with Checkpoint("forecast", path=path) as session:
        forecast(2, checkpoint=session)
    forecast(2)
