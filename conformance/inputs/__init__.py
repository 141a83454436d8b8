"""What users give: events, YAML, mappings; read so that mistakes can be named by place."""
