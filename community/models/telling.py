"""Posts of which people still have to be told."""

from django.db import models

from .threads import Post


class PostTelling(models.Model):
    """Written with its post and gone once everybody concerned was told: a crash between the two loses nothing, and a
    message taken back within its ten seconds is told to nobody."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="telling")
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.post_id}: {self.due_at}"
