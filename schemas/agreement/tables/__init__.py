"""The shape of the agreement file: every table, every key, and what to write in it."""
