"""Reads that cross apps, for the pages of the portal."""
