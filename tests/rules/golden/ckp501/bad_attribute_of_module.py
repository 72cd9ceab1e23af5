"""The module is imported under another name, and the names are looked up in it."""

from earth2studio.utils import checkpoint as restart


def forecast(path, checkpoint=None):
    if checkpoint is None:
        checkpoint = restart.NullCheckpoint()
    if checkpoint is restart.NO_CHECKPOINT:
        print("nothing is saved")
    with checkpoint as session:
        session.write(lead_time=6)


def is_off(checkpoint):
    return isinstance(checkpoint, restart.NullCheckpoint)


def run(path):
    with restart.Checkpoint("forecast", path=path) as session:
        session.write(lead_time=0)
    forecast(path)
