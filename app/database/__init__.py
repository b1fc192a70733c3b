"""How the portal speaks with its database: SQLite or PostgreSQL, tuned, with waits that end."""
