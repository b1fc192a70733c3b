"""How many people are needed (bezetting): templates, filling from them, copying, and the totals against the answers."""
