"""The first session flushes, the one that goes on with its row does not."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    checkpoint = Checkpoint("forecast", path=path / "rows", mode="append", flush_interval=2)
    with checkpoint as session:
        if session.write_count < 3:
            for step in range(3):
                session.write(lead_time=6 * step)
            session.flush()
    with checkpoint.select(-1) as row:
        (path / "last.txt").write_text("18 h")
        row.write(lead_time=18)
        row.write(lead_time=24)
        row.flush()
