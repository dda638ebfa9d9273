"""What every answer has, and what is answered when nothing else is: problems."""
