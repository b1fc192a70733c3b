"""Planning (indeling): who is needed where, who may and can, who stands where, and what was published of it."""
