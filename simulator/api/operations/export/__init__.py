"""Exports: everything of one data type, as JSON lines or as CSV, at once or as a job."""
