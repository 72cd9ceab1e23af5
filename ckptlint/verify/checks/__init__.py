"""The checks of a restart, one module each."""
