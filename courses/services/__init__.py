"""What changes when people learn, and when editors import."""
