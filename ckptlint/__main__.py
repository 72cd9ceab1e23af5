"""``python -m ckptlint``."""

from __future__ import annotations

import sys

from ckptlint.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
