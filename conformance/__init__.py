"""Judges mappings: scenarios, properties, recorded behaviour, reports and the command line."""
