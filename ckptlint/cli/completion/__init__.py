"""Completion in shells: what can be typed, and the scripts that tell a shell so."""
