"""The service over HTTP: what machines and scripts ask, refused unless it is theirs to ask."""
