"""JavaScript semantics that show in what Segment sends; no other room has an opinion about them."""
