"""What runs on a clock, with nobody watching: each job is a few lines that call the service.

Nothing imports this package; it adds its command to ``spie-exchange`` by an entry point.
"""
