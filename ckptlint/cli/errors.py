"""What is wrong with a call."""

from __future__ import annotations


class CallError(Exception):
    """The call cannot be carried out; the message tells why. The exit code is 2."""
