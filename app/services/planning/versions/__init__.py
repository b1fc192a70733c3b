"""Published versions of a plan: what differs from the one before, publishing it, and what members see of it."""
