"""What a flush leaves empty: branches, loops, handlers, lines with others on them."""

from earth2studio.utils.checkpoint import Checkpoint


def run(path):
    done = path.exists()
    with Checkpoint("forecast", path=path) as session:
        for step in range(3):
            session.write(step=step)
        if done:
            session.write(step=3)
        if not done:
            pass
        else:
            session.write(step=4)
        try:
            session.write(step=5)
        except OSError:
            # The disk is full.
            pass
        finally:
            pass
        while session.write_count < 3:
            pass
        session.write(step=6)
        session.write(step=7)
        if done: pass
        for _ in range(2): pass
    return done
