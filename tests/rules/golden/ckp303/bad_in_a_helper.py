"""A helper flushes, with keywords from a dict; nothing uses its value."""

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import START, Folder, Forecast


class Workflow:
    def __init__(self, path):
        self.io = Folder(path)
        self.checkpoint = Checkpoint("forecast", path=path / "rows")

    def run(self, steps):
        with self.checkpoint as session:
            done = session.write_count
            forecast = Forecast().create_iterator(*START)
            while done < steps:
                x, coords = next(forecast)
                self.io.write(x, coords, "t2m")
                notes = {"lead_time": coords["lead_time"][-1]}
                session.write(**notes)
                done += 1


def run(path):
    Workflow(path).run(3)
