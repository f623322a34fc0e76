"""The README's key tables agree with the bindings."""

from tests.tools.key_tables import README, key_tables, updated


def test_the_readme_lists_the_keys_of_the_bindings() -> None:
    text = README.read_text("utf-8")
    assert updated(text) == text, "run python -m tests.tools.key_tables"


def test_an_action_is_one_row_with_all_its_keys() -> None:
    main, past, order, activity, statistics, profiles = key_tables()
    assert "| `q` `ctrl+c` | quit | `app.quit` `app.interrupt` |" in main
    assert "| `1` to `9` | view | `watch.view-1` to `watch.view-9` |" in main
    assert "| `[` | an hour earlier | `past.hour-back` |" in past
    assert "| `[` | previous order | `order.previous` |" in order
    assert "| `F` | follow the newest change | `activity.follow` |" in activity
    assert "| `n` | next failure reason | `statistics.next-reason` |" in statistics
    assert "| `d` | delete this profile: its id must be typed | `profiles.delete` |" in profiles
    assert not any("refresh now" in row for row in (*order, *statistics))
