"""Pages that read across the apps: the learner's home, her hours, help; and the demo academy."""
