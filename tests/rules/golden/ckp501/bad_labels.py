"""Each start date had its own label, and so its own row in one catalog."""

from contextlib import ExitStack

from earth2studio.utils.checkpoint import Checkpoint


class Runs:
    def __init__(self, path):
        self.store = Checkpoint("runs", path=path, mode="append")

    def one(self, start, member):
        with self.store.select(time=start, member=member) as session:
            session.write(lead_time=6)

    def newest(self):
        with ExitStack() as stack:
            session = stack.enter_context(self.store.select())
            session.write(lead_time=12)

    def again(self, start):
        return self.store.select(-1, time=start)


def run(path):
    newest = Checkpoint("runs", path=path, mode="append")
    with newest as session:
        session.write(lead_time=0)
    Runs(path).one("2024-01-01", 0)
