"""Segment in front of a destination: what its Tracking API takes, and what becomes of a message before delivery."""
