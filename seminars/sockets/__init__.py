"""What the socket of a live room answers, by subject; `seminars.consumers` puts it together."""
