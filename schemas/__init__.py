"""What may cross the border: shapes and rules. Knows no database, no web, no key."""
