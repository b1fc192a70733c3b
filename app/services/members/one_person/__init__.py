"""Two members that are one person become one, with everything that refers to either."""
