"""Renewing keys: what each is for, what its renewal does, and how it is done."""
