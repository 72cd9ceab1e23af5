"""What the user asked for: pyproject.toml, ckptlint.toml and the command line."""
