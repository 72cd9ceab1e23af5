"""A store as a draft's user guide made it: the policy by a literal, the rest by a dict."""

from earth2studio.utils.checkpoint import Checkpoint

OPTIONS = {"mode": "append"}


def store(path, **options):
    return Checkpoint(
        "forecast",
        path=path,
        keep_last=2,
        state_policy="workflow",
        **options,
    )


def run(path):
    with Checkpoint("forecast", path=path, level=2) as session:
        for step in range(session.write_count, 4):
            session.write(lead_time=step)
