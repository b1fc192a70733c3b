"""The letter of appointment (benoemingsbrief): its text with fill-ins, what is known of a member for it, and paper."""
