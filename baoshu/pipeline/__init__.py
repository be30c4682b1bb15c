"""The spaCy components: tokenizer with pkuseg word boundaries, entity recognizer, linker."""
