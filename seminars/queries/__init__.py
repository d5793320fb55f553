"""What live seminars read."""
