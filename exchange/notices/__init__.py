"""What people are told without asking: computed from rows and dates, told once, by mail."""
