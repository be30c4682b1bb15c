"""Help for annotators: pre-annotation, and what to label next."""
