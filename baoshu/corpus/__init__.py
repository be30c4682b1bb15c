"""Annotations → training corpus: alignment with tokens, split by report, DocBins, statistics."""
