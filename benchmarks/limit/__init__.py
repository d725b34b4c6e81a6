"""How fast these machines can relay stored messages with no framework and few promises."""
