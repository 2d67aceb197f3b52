"""What the commands of `python -m bot` do."""
