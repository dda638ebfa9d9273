"""The dates of the agreements in force, what is done for each, what is missing."""
