"""Operations on experiments. Source of all: the client and its schemas in @iterable/api 0.13.0 (2026)."""
