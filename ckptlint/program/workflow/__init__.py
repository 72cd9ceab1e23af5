"""Workflows: the scopes that open checkpoint sessions, and what they do with them."""
