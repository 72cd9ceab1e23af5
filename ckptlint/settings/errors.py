"""What is wrong with the settings or the call: a message for the user, and exit code 2."""

from __future__ import annotations


class SettingsError(Exception):
    """The settings cannot be used.

    The message is whole: it names the file, the key or the option, says what was expected, and
    hints at what may have been meant. It may have several lines.
    """
