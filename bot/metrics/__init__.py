"""Numbers for a monitoring system; nothing else in the bot knows of Prometheus."""
