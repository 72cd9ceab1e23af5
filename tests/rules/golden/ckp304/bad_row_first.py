"""The row of a step is committed, then its output is written."""

from itertools import islice

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import START, Folder, Forecast


def run(path):
    io = Folder(path)
    with Checkpoint("forecast", path=path / "rows") as session:
        forecast = Forecast().create_iterator(*START)
        for x, coords in islice(forecast, 4 - session.write_count):
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
