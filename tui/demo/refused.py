"""A request that makes no sense, told as Django REST tells it: by field, or in one sentence."""

from collections.abc import Collection, Mapping


class ValidationError(Exception):
    """The status and the JSON of the answer that says why not."""

    def __init__(self, status: int, why: Mapping[str, object]) -> None:
        super().__init__(str(why))
        self.status, self.why = status, why


class Fields:
    """The members of an object that was sent. What is wrong with them is gathered."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            kind = type(value).__name__
            why = f"Invalid data. Expected a dictionary, but got {kind}."
            raise ValidationError(400, {"non_field_errors": [why]})
        self._members: dict[str, object] = value
        self._wrong: dict[str, list[str]] = {}

    def get(self, name: str) -> object:
        """A member as it was sent; None where it is missing."""
        return self._members.get(name)

    def add_error(self, name: str, why: str) -> None:
        """Note what is wrong with a member."""
        self._wrong.setdefault(name, []).append(why)

    def check(self) -> None:
        """Raise `ValidationError` if anything was wrong."""
        if self._wrong:
            raise ValidationError(400, self._wrong)

    def text(self, name: str, *, blank: bool = False, choices: Collection[str] = ()) -> str:
        """A text; null and, where `blank` is allowed, nothing at all are the empty one."""
        value = self.get(name)
        if value is None or value == "":
            if not blank:
                present = name in self._members
                why = "This field may not be blank." if present else "This field is required."
                self.add_error(name, why)
            return ""
        if not isinstance(value, str):
            self.add_error(name, "Not a valid string.")
            return ""
        if choices and value not in choices:
            self.add_error(name, f'"{value}" is not a valid choice.')
        return value

    def number(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number; `default` where it is missing or null, or else it is required."""
        value = self.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:12])
        if value is None and default is not None:
            return default
        if value is None:
            self.add_error(name, "This field is required.")
        elif not isinstance(value, int) or isinstance(value, bool):
            self.add_error(name, "A valid integer is required.")
        elif not least <= value <= most:
            self.add_error(name, f"Ensure this value is between {least} and {most}.")
        else:
            return value
        return least

    def items(self, name: str, *, required: bool = True) -> list[object]:
        """A list, with at least one item where it is required."""
        value = self.get(name)
        if value is None and not required:
            return []
        if value is None:
            self.add_error(name, "This field is required.")
        elif not isinstance(value, list):
            self.add_error(name, f'Expected a list of items but got type "{type(value).__name__}".')
        elif required and not value:
            self.add_error(name, "This list may not be empty.")
        else:
            return value
        return []
