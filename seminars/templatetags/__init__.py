"""Words that pages of live seminars share."""
