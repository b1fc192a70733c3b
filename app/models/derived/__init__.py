"""What the database keeps of rows by itself, with triggers: full text, counts, and what eligibility follows."""
