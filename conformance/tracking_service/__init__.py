"""Segment in front of a served simulator: its Tracking API, sources, what came in, and the delivery behind it."""
