"""Only `flush` commits, and it comes before the output."""

from itertools import islice

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import START, Folder, Forecast


def run(path):
    io = Folder(path)
    with Checkpoint("forecast", path=path / "rows", flush_interval=None) as session:
        forecast = Forecast().create_iterator(*START)
        for x, coords in islice(forecast, 4 - session.write_count):
            session.write(lead_time=coords["lead_time"][-1])
            io.write(x, coords, "t2m")
            session.flush()
