"""The dict is made in one place, and flushed with the last row in another."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    checkpoint = Checkpoint("forecast", path=path, flush_interval=2)
    progress = {"member": 0, "is-late": False}
    with checkpoint as session:
        first = session.metadata_value("member") if session else 0
        for step in range(session.write_count, 6):
            session.write(lead_time=step, first=first)
            progress["member"] = first
            session.flush(**progress)
            session.flush(**{"is-late": True}, first=first)
