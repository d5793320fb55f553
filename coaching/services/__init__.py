"""What changes in diaries, appointments and records."""
