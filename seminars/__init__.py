"""Live sessions that bring everyone together."""
