"""A session that has no row yet is replaced by a store that keeps nothing."""

from earth2studio.utils.checkpoint import Checkpoint, NullCheckpoint


def run(path):
    checkpoint = Checkpoint("forecast", path=path / "rows")
    with checkpoint as session:
        store = session
        for step in range(4):
            (path / f"{step}.txt").write_text(str(step))
            store.write(step=step)
    print("the last step is", checkpoint.select(-1).metadata["step"])
