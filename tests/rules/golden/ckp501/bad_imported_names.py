"""Names of a draft are imported, one of them beside the name that has taken its place."""

from earth2studio.utils.checkpoint import (
    NullCheckpoint,
    Checkpoint,
    CheckpointLevel,
)


def forecast(model, checkpoint: Checkpoint | None = None, policy: CheckpointLevel = 2):
    with checkpoint or NullCheckpoint() as session:
        session.write(lead_time=6)


def quiet(forecast):
    from earth2studio.utils.checkpoint import NullCheckpoint

    with NullCheckpoint() if forecast else NullCheckpoint() as session:
        session.write(lead_time=6)


def shorter():
    from earth2studio.utils.checkpoint import NullCheckpoint as Off

    return Off()
