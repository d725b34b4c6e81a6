"""Letters to those who want them: at once, or gathered in a digest."""
