"""The row guard: no request of a member reads or writes rows of others."""
