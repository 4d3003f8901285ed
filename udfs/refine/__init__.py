"""From L2 to L3: edit programs, questions and answers, textbook passages, and the gates a candidate must pass."""
