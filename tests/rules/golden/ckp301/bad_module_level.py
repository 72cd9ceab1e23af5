"""The store is made once for the module, and opened in a function, a method and a generator."""

import tempfile

from earth2studio.utils.checkpoint import Checkpoint

STORE = Checkpoint("forecast", path=tempfile.mkdtemp(), mode="append")


class Workflow:
    def run(self):
        with STORE as self.session:
            self.session.write(lead_time=6)


def leads():
    with STORE.select(-1) as row:
        for lead in (12, 18):
            row.write(lead_time=lead)
            yield lead


def run(path):
    Workflow().run()
    return list(leads())
