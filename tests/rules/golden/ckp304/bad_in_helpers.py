"""Helpers write both."""

from itertools import islice

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import START, Folder, Forecast


class Workflow:
    def __init__(self, path):
        self.io = Folder(path)
        self.checkpoint = Checkpoint("forecast", path=path / "rows")

    def _commit(self, session, coords):
        session.write(lead_time=coords["lead_time"][-1])

    def _output(self, x, coords):
        self.io.write(x, coords, "t2m")

    def run(self):
        with self.checkpoint as session:
            forecast = Forecast().create_iterator(*START)
            for x, coords in islice(forecast, 3 - session.write_count):
                self._output(x, coords)
                self._commit(session, coords)


def run(path):
    Workflow(path).run()
