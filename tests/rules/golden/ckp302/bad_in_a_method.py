"""The store is an attribute, and a helper writes."""

from earth2studio.utils.checkpoint import Checkpoint


class Workflow:
    def __init__(self, path):
        self.path = path
        self.checkpoint = Checkpoint("forecast", path=path / "rows", flush_interval=None)

    def _step(self, session, step):
        (self.path / f"{step}.txt").write_text(f"{6 * step} h")
        session.write(lead_time=6 * step)

    def run(self, steps):
        with self.checkpoint as session:
            for step in range(session.write_count, steps):
                self._step(session, step)
            session.flush()


def run(path):
    Workflow(path).run(3)
