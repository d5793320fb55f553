"""The demo academy: its people, its course, and what its learners have already done."""
