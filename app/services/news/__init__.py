"""General messages (algemene berichten)."""
