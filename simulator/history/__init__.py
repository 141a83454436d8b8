"""What was: the state after any request, what differs between two, and parts of the journal for recordings."""
