"""A session is asked for the level and the rows of its Checkpoint, which it only leads to."""

from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession, NullCheckpoint


def first_step(session: CheckpointSession | NullCheckpoint):
    return session.write_count if session.catalog.level == 2 else 0


def forecast(checkpoint: Checkpoint | CheckpointSession | NullCheckpoint = NullCheckpoint()):
    with checkpoint as session:
        for step in range(first_step(session), 4):
            session.write(lead_time=step)
        print(session.catalog.select(-1).lead_time)


def run(path):
    forecast()
    checkpoint = Checkpoint("forecast", path=path)
    forecast(checkpoint)
    with checkpoint.select(-1) as newest:
        print(newest.catalog.flush_interval, newest.lead_time)
