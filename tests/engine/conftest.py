"""No test has a time limit: machines that test are slow at times."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no time limit", deadline=None)
settings.load_profile("no time limit")
