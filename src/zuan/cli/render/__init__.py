"""How answers look on a terminal, a module for each subject."""
