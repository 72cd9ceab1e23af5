"""Without a checkpoint the stand-in answers all; with one the Checkpoint does not."""

from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint


class Forecast:
    def __init__(self, path=None):
        self.checkpoint = NullCheckpoint() if path is None else Checkpoint("forecast", path=path)

    def steps(self):
        if self.checkpoint.exists:
            print("going on from", self.checkpoint.lead_time)
        with self.checkpoint as session:
            for step in range(session.write_count, 4):
                session.write(lead_time=step)
            session.flush()


def run(path):
    Forecast().checkpoint.write(lead_time=0)
    Forecast(path).steps()
