"""A program, not a test: whether answers or their times tell who has an account."""
