"""Annotations written by people: the inline notation, doccano's JSONL, agreement and checks."""
