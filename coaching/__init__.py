"""Appointments between a learner and her coach."""
