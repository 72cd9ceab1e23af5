"""The state dataclass: which one is bound, what its fields are, and what is put into them."""
