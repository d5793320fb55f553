"""Course and question files read into frozen dataclasses: bytes in, values out, no database."""
