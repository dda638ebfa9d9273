"""The container that travels: built, verified, opened. Specified in docs/package-format.md."""
