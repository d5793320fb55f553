"""What people ask of coaching, page by page."""
