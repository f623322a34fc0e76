"""The command palette."""

from tui.ui.textual_fixes.command_palette import PatchedCommandPalette


class Palette(PatchedCommandPalette):
    CSS_PATH = "palette.tcss"
