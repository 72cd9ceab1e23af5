"""What the server of child processes imports before the first case, so that it is paid once."""

from __future__ import annotations

import earth2studio.models.batch
import earth2studio.models.px.utils
import earth2studio.run
import earth2studio.utils.checkpoint
import torch

from ckptlint.verify import child, recording, restarting, workflow
from ckptlint.verify.rehearsal import rollout as rehearsal

__all__ = ["child", "earth2studio", "recording", "rehearsal", "restarting", "torch", "workflow"]

# The first call imports much of torch.
torch.use_deterministic_algorithms(True, warn_only=True)
