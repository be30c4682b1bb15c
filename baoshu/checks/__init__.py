"""Consistency of a report's facts: what contradicts itself or cannot be, as findings for a reader."""
