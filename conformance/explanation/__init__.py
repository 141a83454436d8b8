"""What the destination makes of an event, and why."""
