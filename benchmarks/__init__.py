"""What things cost, measured: ``make bench``."""
