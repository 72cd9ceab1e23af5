"""What really happens: rollouts are run, stopped, restarted and compared bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ckptlint.verify.api import verify_restart

__all__ = ["verify_restart"]


def __getattr__(name: str) -> Any:
    """Give what this package offers to tests; it is imported when it is first asked for."""
    if name in __all__:
        from ckptlint.verify import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
