"""The demonstration: one record's whole life, told in French, with real files and keys."""
