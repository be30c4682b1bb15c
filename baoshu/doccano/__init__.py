"""A doccano server of one's own: start it, push chunks with suggestions, pull what annotators confirmed."""
