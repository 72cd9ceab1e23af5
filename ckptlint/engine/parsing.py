"""Whether text is Python at all, without building more of it than the answer needs."""

from __future__ import annotations

import ast
import warnings


def parses(text: str) -> bool:
    """Tell whether the running Python can parse `text`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
