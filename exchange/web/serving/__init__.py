"""The server: where it listens, how it waits, when it stops."""
