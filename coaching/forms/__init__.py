"""Input of coaching, made clean."""
