"""None is written in the call, as a draft took it, among other keywords and in the last place."""

import earth2studio.run as run_workflow
import numpy as np
from earth2studio.data import Random
from earth2studio.io import KVBackend
from earth2studio.models.px import Persistence
from earth2studio.run import ensemble
from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint


def members(model, data, io, noise):
    return ensemble(
        ["2024-01-01"], 4, 8, model, data, io, noise, None, {}, "cpu", False, NullCheckpoint()
    )


def run(path):
    domain = {"lat": np.linspace(90, -90, 4), "lon": np.linspace(0, 360, 8, endpoint=False)}
    with Checkpoint("forecast", path=path) as session:
        session.write(lead_time=0)
    run_workflow.deterministic(
        ["2024-01-01"],
        2,
        Persistence("t2m", domain),
        Random(domain),
        KVBackend(),
        device="cpu",
        verbose=False,
    )
