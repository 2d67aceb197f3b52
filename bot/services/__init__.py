"""What the forum can do: one class a noun, one method an intention, one transaction a method."""
