"""The service: from a file of beneficiaries to a package proven received and destroyed."""
