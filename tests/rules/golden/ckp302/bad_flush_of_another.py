"""Two stores are open, and only one of them is flushed."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    with (
        Checkpoint("a", path=path / "a", flush_interval=None) as hourly,
        Checkpoint("b", path=path / "b", flush_interval=None) as daily,
    ):
        for day in range(daily.write_count, 2):
            hourly.write(lead_time=24 * day)
            daily.write(lead_time=24 * day)
            (path / f"{day}.txt").write_text(f"day {day}")
            hourly.flush()
        daily.flush()
