"""Public question-and-answer data → knowledge entries that wait for somebody to review them."""
