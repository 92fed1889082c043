"""The hub station: what is asked of a hub, what is kept of its answers."""
