"""Report files → clean text with metadata → paragraphs with heading paths."""
