"""The model is bound to the Checkpoint that was there first, and is saved by another."""

from earth2studio.utils.checkpoint import Checkpoint
from good_interval_three import initial_condition, write_output
from good_plain import Plain


def run(path):
    settings = Checkpoint("settings", path=path / "settings")
    with settings as saved:
        saved.write(leads=4)
    with Checkpoint("forecast", path=path / "checkpoint") as session:
        model = Plain().to("cpu")
        if session.write_count < 4:
            x0, coords0 = initial_condition(model)
            for _, (x, coords) in enumerate(model.create_iterator(x0, coords0)):
                write_output(path, x, coords)
                session.write(lead_time=coords["lead_time"][-1])
                if session.write_count == 4:
                    break
