"""Operations on people: written, read, removed, merged; their devices and subscriptions."""
