"""Projects behind the gateway, faults on the way, the journal beside them; and all of it as bytes."""
