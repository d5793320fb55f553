"""Admin views of programmes that do more than save a form."""
