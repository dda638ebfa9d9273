"""The operator's command: one module a family of commands. Reads, asks the service, shows."""
