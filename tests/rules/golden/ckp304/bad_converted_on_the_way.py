"""What is written is made from the step, behind the row; every third write commits."""

import numpy as np
from earth2studio.utils.checkpoint import Checkpoint
from good_forecast import START, Forecast


def run(path):
    with Checkpoint("forecast", path=path / "rows", flush_interval=3) as session:
        forecast = Forecast().create_iterator(*START)
        while session.write_count < 6:
            x, coords = next(forecast)
            lead = coords["lead_time"][-1]
            celsius = np.array([x]) - 273.15
            np.save(path / f"{lead}.npy", celsius)
            session.write(lead_time=coords["lead_time"][-1])
