"""The loop writes to the Checkpoint, whose session is open under another name."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    checkpoint = Checkpoint("forecast", path=path)
    with checkpoint as session:
        for step in range(session.write_count, 4):
            session.write(lead_time=step)
