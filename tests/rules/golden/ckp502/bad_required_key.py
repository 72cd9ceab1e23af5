"""The key is looked up without a default, in a helper that is given the session."""

from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession


def offset_of(session: CheckpointSession):
    return session.metadata_value("offset") if session else 3


def _commit(session, step, **extras):
    session.write(offset=3, step=step, lead_time=step)


def run(path):
    with Checkpoint("forecast", path=path) as session:
        offset = offset_of(session)
        for step in range(session.write_count, 4):
            _commit(session, step + offset)
