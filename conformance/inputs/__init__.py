"""What users give: events, YAML, mappings; read so that problems can be named by place."""
