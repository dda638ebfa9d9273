"""What must go, when, and the certificate that it went."""
