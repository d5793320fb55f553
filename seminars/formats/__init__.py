"""What live seminars read and write: captions, recordings, films."""
