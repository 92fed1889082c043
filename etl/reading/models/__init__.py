"""Models: the names that a card gives its own model and others, and which row, label or section is about which."""
