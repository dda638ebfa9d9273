"""Alembic migrations: one head, equal to the tables (an architecture test compares)."""
