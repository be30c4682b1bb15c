"""Entities and links → facts: number, unit, measure, bound, status, period, place, metric."""
