"""What all routes have in common: how a request is read, and answered once."""
