"""Pages and REST: the facts explorer, annotation progress, the evaluation report, extraction and pre-annotation over HTTP."""
