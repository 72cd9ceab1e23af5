"""A function that no annotation describes is called with the session, and writes by position."""

from earth2studio.utils.checkpoint import Checkpoint, CheckpointSession


def _commit(session, step):
    session.write(lead_time=step * 6, step=step, member=0)


def finish(session: CheckpointSession | None, extras):
    if session is not None:
        session.flush(None, {"is done": True})
        session.write(24, extras)


def run(path):
    with Checkpoint("forecast", path=path) as session:
        for step in range(session.write_count, 4):
            _commit(session, step)
