"""A simulator that is served, from plain arguments: its projects, where it is kept, and how it is reached."""
