"""The views, a module for each group of pages; :mod:`zuan.web.application` names them in the order of the menu."""
