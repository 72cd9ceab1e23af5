"""What holds where the settings say nothing."""

from __future__ import annotations

from typing import Final

DEFAULT_EXCLUDE: Final = (
    ".bzr",
    ".ckptlint_cache",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
DEFAULT_INCLUDE: Final = ("*.py", "*.pyi", "*.ipynb", "*.md", "*.markdown")
DEFAULT_CACHE_FOLDER: Final = ".ckptlint_cache"
