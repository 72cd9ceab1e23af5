"""Each step is flushed with its lead time, and the rest is counted from the writes."""

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import START, Folder, Forecast


def run(path):
    io = Folder(path)
    with Checkpoint("forecast", path=path / "rows") as session:
        steps = Forecast().create_iterator(*START)
        for _ in range(session.write_count, 4):
            x, coords = next(steps)
            io.write(x, coords, "t2m")
            session.write(lead_time=coords["lead_time"][-1])
