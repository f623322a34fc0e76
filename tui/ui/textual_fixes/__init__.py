"""Fixes for Textual 8.2, one module each: every use of what Textual does not publish."""
