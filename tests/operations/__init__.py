"""``docs/operations.md``, done as it is written."""
