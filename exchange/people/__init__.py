"""Who is the same person, and how a person's record is kept sealed."""
