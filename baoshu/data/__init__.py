"""Tables that ship with the package; the source of each stands in corpus/README.md."""
