"""What comes back from a recipient: made, signed, read."""
