"""Records, parties, decisions and feedback, kept in SQLite or PostgreSQL; decisions in a chain that shows any change."""
