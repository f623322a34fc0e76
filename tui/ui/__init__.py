"""The screen. Only this room knows Textual."""
