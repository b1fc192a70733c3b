"""Thanks and a short round of questions to who worked at an election. Answers are kept without a name."""
