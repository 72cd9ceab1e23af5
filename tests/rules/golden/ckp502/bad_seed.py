"""The seed goes into a dict, and after a restart another one is drawn with."""

import random

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    with Checkpoint("forecast", path=path) as session:
        seed = session.metadata.get("seed", 100 + session.write_count)
        for step in range(session.write_count, 4):
            value = random.Random(seed + step).random()
            session.write(lead_time=step, value=value, seed=seed)
