"""What one process of the server holds: the home, its places, its counts."""
