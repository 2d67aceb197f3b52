"""The real bot in an offline Discord (SimCord), with a page in the browser."""
