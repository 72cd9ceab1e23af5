"""What environment variables say about the settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.settings.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLES: Final = {
    "CKPTLINT_OUTPUT_FORMAT": "output-format",
    "CKPTLINT_CACHE_DIR": "cache-dir",
}


def layers_of_variables(folder: str) -> Iterator[Layer]:
    """Give a layer for each variable that is set; relative paths start at `folder`.

    They lie over the settings files, and under the options. A variable that is empty counts as
    unset.
    """
    for name, key in _VARIABLES.items():
        value = os.environ.get(name)
        if value:
            yield Layer(f"the environment variable {name}", folder, {key: value})
