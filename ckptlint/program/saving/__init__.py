"""How a rollout saves its boundaries, and where what it saved is not what it goes on with."""
