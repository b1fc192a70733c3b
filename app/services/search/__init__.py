"""Finding rows by what was typed: folding letters, the query, the order of what is found, and marking it."""
