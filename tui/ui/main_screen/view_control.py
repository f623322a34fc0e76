"""The view in force (filter, sort order, columns under a name), and the saved ones."""

from collections.abc import Sequence

import msgspec

from tui.filtering.row_arranger import ArrangedRows
from tui.filtering.sorting import Sort
from tui.filtering.views import ColumnSpec, View, with_view
from tui.ui.main_screen.rows import DEFAULT_COLUMNS
from tui.ui.main_screen.status_lines import ListTitle
from tui.ui.main_screen.view_text import sort_text, unsortable_line
from tui.ui.text import Line


class ViewControl:
    """Holds the view in force and the views to choose from."""

    def __init__(self, current: View, saved: Sequence[View]) -> None:
        self.current = current
        self.saved = tuple(saved)

    def with_columns(self, columns: tuple[ColumnSpec, ...]) -> View:
        """Return the view in force with other columns."""
        columns = () if columns == DEFAULT_COLUMNS else columns
        return msgspec.structs.replace(self.current, columns=columns)

    def with_sort(self, sort: Sort) -> View:
        return msgspec.structs.replace(self.current, sort=sort)

    def save_as(self, name: str) -> View:
        """Add the view in force under `name`, in place of one of that name; returns it."""
        view = msgspec.structs.replace(self.current, name=name)
        self.saved = with_view(self.saved, view)
        return view

    def title(self, rows: ArrangedRows, filter_title: Line) -> ListTitle:
        """Return what the title line says of the rows."""
        view, name = self.current, ""
        # The name holds only while nothing in the view is changed.
        if view in self.saved[1:]:
            name = view.name
            filter_title = filter_title and ((f"{name}: ", "strong"), *filter_title)
        sort, unsortable = sort_text(view.sort), unsortable_line(rows)
        return ListTitle(name or "Orders", filter_title, sort, unsortable)
