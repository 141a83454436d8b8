"""What every request passes before it reaches a project: its key, what the key may call, how often."""
