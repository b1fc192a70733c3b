"""Planning (indeling): the phases of an election."""
