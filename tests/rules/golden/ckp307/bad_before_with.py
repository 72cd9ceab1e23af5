"""The model is built first, and the Checkpoint is made where its session is opened."""

from earth2studio.utils.checkpoint import Checkpoint
from good_interval_three import initial_condition, write_output
from good_plain import Plain

STEPS = 4


def run(path):
    with Checkpoint("forecast", path=path / "checkpoint") as session:
        model = Plain()
        for x, coords in model.create_iterator(*initial_condition(model)):
            if session.write_count == STEPS:
                break
            write_output(path, x, coords)
            session.write(lead_time=coords["lead_time"][-1])
