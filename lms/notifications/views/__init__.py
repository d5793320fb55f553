"""Pages of notifications: the list, the choices, the way out, and the outbox in Wagtail's admin."""
