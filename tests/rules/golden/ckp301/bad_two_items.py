"""Two things are opened; only one of the two is a checkpoint, and only its flush is idle."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    path.mkdir(exist_ok=True)
    with (
        open(path / "log.txt", "w") as log,
        Checkpoint("a", path=path / "a") as session,
        Checkpoint("b", path=path / "b", flush_interval=None) as gathered,
    ):
        log.write("start\n")
        session.write(lead_time=6)
        gathered.write(lead_time=6)
        log.flush()
        gathered.flush()
