"""Images, documents and recordings, and their guarded delivery."""
