"""What pages of several subjects are made of."""
