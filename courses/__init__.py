"""What is learned: courses authored in Wagtail, followed by learners, graded by the server."""
