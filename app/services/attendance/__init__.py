"""The day itself: who is at which station, whether that is a legal polling station now, and the record of it."""
