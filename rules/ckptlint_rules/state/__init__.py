"""CKP4xx: the state dataclass."""
