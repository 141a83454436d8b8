"""Operations on messages, and on what messages are made of."""
