"""One load for all designs; what differs is only how their frames look."""
