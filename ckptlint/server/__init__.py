"""The language server: what `ckptlint` finds, while it is typed."""
