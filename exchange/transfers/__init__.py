"""What is due, for whom, under which instruction; and the life of a transfer."""
