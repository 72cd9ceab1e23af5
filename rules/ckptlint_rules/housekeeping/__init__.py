"""CKP9xx: what ckptlint says about itself, its comments, and files that it cannot check."""
