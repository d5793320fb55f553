"""Telling people: one list, one mail budget, one set of choices, for every app to come."""
