"""Who may be appointed (benoembaarheid): what the rules of an election find, candidates among members, overruling."""
