"""A function of the module makes the store, each time with the same interval or with its own."""

from earth2studio.utils.checkpoint import Checkpoint


def store(path, every=1):
    return Checkpoint("forecast", path=path, flush_interval=every)


def run(path):
    with store(path / "a", 1) as session:
        session.write(lead_time=6)
    with store(path / "b", 3) as session:
        session.write(lead_time=6)
        session.flush()
    with store(path / "c", every=int("2")) as session:
        session.write(lead_time=6)
        session.flush()
