"""A row is selected, and the session goes by another name."""

from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import Forecast


def run(path):
    checkpoint = Checkpoint("forecast", path=path, mode="append")
    with checkpoint as session:
        forecast = Forecast()
        session.write(lead_time=forecast.step())
    with checkpoint.select(-1) as row:
        ours = row
        forecast = Forecast()
        ours.write(lead_time=forecast.step())
