"""The party's other penalties: what is kept of them, how they count, where they are stored."""
