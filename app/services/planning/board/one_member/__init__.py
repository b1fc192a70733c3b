"""One member and the open places: what is known of the member, where there is a place, and why elsewhere is none."""
