"""The forum where people help one another, for life."""
