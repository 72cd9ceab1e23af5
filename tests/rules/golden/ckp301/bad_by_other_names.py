"""Checkpoint under another name, through its module, and re-exported by a file of our own."""

import earth2studio.utils.checkpoint
import earth2studio.utils.checkpoint as restart
from earth2studio.utils import checkpoint
from earth2studio.utils.checkpoint import Checkpoint as Catalog
from good_forecast import Store


def run(path):
    with Catalog("one", path=path / "1") as session:
        session.write(lead_time=6)
    with checkpoint.Checkpoint("two", path=path / "2") as session:
        session.write(lead_time=6)
    with restart.Checkpoint("three", path=path / "3") as session:
        session.write(lead_time=6)
    with earth2studio.utils.checkpoint.Checkpoint("four", path=path / "4") as session:
        session.write(lead_time=6)
    with Store("five", path=path / "5") as session:
        session.write(lead_time=6)
