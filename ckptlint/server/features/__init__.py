"""What the server can do for a client, one feature per module.

Each module has `register`, which is called with the server when a client has said what it can do,
and before the server answers what itself can do. It registers handlers with ``server.feature`` or
``server.command``, if the client has a use for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ckptlint.server.features import (
    closing,
    code_actions,
    configuring,
    hovering,
    proving,
    pulling,
    pushing,
    synchronizing,
    telling,
    watching,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ckptlint.server.language_server import CkptlintServer

FEATURES: Final[tuple[Callable[[CkptlintServer], None], ...]] = (
    synchronizing.register,
    pushing.register,
    pulling.register,
    telling.register,
    code_actions.register,
    hovering.register,
    proving.register,
    configuring.register,
    watching.register,
    closing.register,
)
