"""Only `flush` commits, and that is called for every second step."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    forecast(path)


def forecast(path, steps=6):
    checkpoint = Checkpoint("forecast", path=path / "rows", flush_interval=None)
    with checkpoint as session:
        for step in range(session.write_count, steps):
            (path / f"{step}.txt").write_text(f"{6 * step} h")
            session.write(lead_time=6 * step)
            if step % 2 == 0:
                session.flush()
        session.flush()
