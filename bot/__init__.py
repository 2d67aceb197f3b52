"""Askwell, a question-and-answer forum inside Discord."""
