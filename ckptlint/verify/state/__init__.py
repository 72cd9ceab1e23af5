"""What a rollout carries from step to step: found, compared, planted."""
