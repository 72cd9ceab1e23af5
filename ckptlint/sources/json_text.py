"""Where the parts of a JSON text stand in it."""

from __future__ import annotations

import json

decode = json.JSONDecoder().raw_decode


def members(raw: str, start: int) -> dict[str, tuple[int, int]]:
    """Tell for each key of the object at `start` where its value stands; `raw` is valid JSON."""
    found: dict[str, tuple[int, int]] = {}
    index = skip_space(raw, start + 1)
    while raw[index] != "}":
        key, index = decode(raw, index)
        value_start = skip_space(raw, skip_space(raw, index) + 1)
        value_end = decode(raw, value_start)[1]
        found[key] = value_start, value_end
        index = skip_space(raw, value_end)
        if raw[index] == ",":
            index = skip_space(raw, index + 1)
    return found


def elements(raw: str, start: int) -> list[tuple[int, int]]:
    """Tell where each element of the list at `start` stands; `raw` is valid JSON."""
    found: list[tuple[int, int]] = []
    index = skip_space(raw, start + 1)
    while raw[index] != "]":
        end = decode(raw, index)[1]
        found.append((index, end))
        index = skip_space(raw, end)
        if raw[index] == ",":
            index = skip_space(raw, index + 1)
    return found


def skip_space(raw: str, index: int) -> int:
    """Give the index of what follows the space at `index`."""
    while raw[index : index + 1] in (" ", "\t", "\r", "\n"):
        index += 1
    return index
