"""Who calls: what they show, what they may, how often."""
