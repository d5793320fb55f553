"""Bytes of calendars become periods; nothing here knows the database."""
