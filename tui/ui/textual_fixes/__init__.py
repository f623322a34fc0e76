"""Fixes for faults of Textual 8.2.8: the only code that uses what Textual doesn't publish.

| module            | symptom without it                                                       |
| ----------------- | ------------------------------------------------------------------------ |
| `command_palette` | keys of a fast burst act on a palette that is already closed             |
| `covered_screens` | a change below an opaque screen draws the one above, in places wrongly;    |
|                   | a change below two dialogs is not drawn                                  |
| `crash_screen`    | the crash screen shows local variables, secrets included                 |
| `driver`          | some sizes, modes and signals of a terminal end or freeze the program     |
| `housekeeping`    | memory of removed widgets grows; toast frames stay; a resize is lost      |
| `input`           | some bytes from the terminal end the program, or are taken for keys       |
| `key_order`       | keys of a fast burst are handled out of order                            |
| `mounting`        | closing a screen while it is mounted ends the program                    |
| `outdated_sizes`  | two resizes in a row are drawn in turn without end                       |
| `partial_redraw`  | a change of a few cells redraws the widget from its left edge            |
| `row_rendering`   | a change of one row renders all rows of every visible widget             |

`patched_app` has every override of Textual's `App`, and calls these modules. Each module names the
place in Textual's source and what to delete when it is fixed there. `tests/textual_canaries` has
two tests for each: one with the fix, and one without it that is expected to fail. When an upgrade
of Textual makes the second one pass, the fix can go.

With a Textual that lacks a private module, the fix is off and the program still starts.
"""
