"""ckptlint: restart correctness of AI weather models, found, fixed and proved."""

__version__ = "0.1.0"
