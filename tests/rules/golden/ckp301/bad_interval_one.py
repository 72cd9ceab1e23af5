"""The interval is said: as a constant of the module, by position, from two branches."""

from earth2studio.utils.checkpoint import Checkpoint

EVERY = 1


def run(path):
    with Checkpoint("constant", path / "a", flush_interval=EVERY) as session:
        session.write(lead_time=6)
    with Checkpoint("position", path / "b", "overwrite", 1) as session:
        session.write(lead_time=6)
    if EVERY == 1:
        checkpoint = Checkpoint("branch", path / "c", mode="append")
    else:
        checkpoint = Checkpoint("branch", path / "d", mode="overwrite")
    with checkpoint as session:
        session.write(lead_time=6)
