"""The criteria: of each, what is asked (``NAME.toml``) and the code that answers (``NAME.py``)."""
