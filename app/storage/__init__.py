"""Where files lie (a folder or S3), and the virus scanner."""
