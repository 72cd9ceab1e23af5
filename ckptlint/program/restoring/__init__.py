"""What a rollout restores from a checkpoint, and what becomes of it."""
