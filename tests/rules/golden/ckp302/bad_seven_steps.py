"""Every third write commits; the seventh never does."""

from earth2studio.utils.checkpoint import Checkpoint

STEPS = 7


def run(path):
    with Checkpoint("forecast", path=path / "rows", flush_interval=3) as session:
        for step in range(session.write_count, STEPS):
            (path / f"{step}.txt").write_text(f"{6 * step} h")
            session.write(lead_time=6 * step)
        session.flush()
