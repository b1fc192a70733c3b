"""Coverage: is the law met at every moment, and else what is short, when, and by which article."""
