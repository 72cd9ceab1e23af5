"""What really happens: rollouts are run, stopped, restarted and compared bit for bit."""
