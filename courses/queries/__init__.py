"""Reads about courses: outlines, a learner's path, quizzes."""
