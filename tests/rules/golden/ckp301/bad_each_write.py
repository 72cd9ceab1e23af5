"""A flush behind each write."""

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import Forecast


def run(path):
    with Checkpoint("forecast", path=path, mode="append") as session:
        forecast = Forecast()
        for _ in range(4):
            session.write(lead_time=forecast.step())
        # All four rows are there.
