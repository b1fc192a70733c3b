"""What helps somebody to write: answers that exist, questions asked before, and texts that are not sent yet."""
