"""Points at a character of a text, in two lines."""


class Pointed:
    """A complaint about one character of a text.

    Args:
        text: the whole text.
        place: the index of the character; what lies outside is moved to the nearest end.
    """

    text: str
    place: int

    def point(self, text: str, place: int) -> None:
        """Remember where."""
        self.text, self.place = text, max(0, min(place, len(text)))

    def caret(self, room: int = 60) -> str:
        """The line with the character, cut to `room` signs about it, and a caret under the character."""
        return caret(self.text, self.place, room)


def caret(text: str, place: int, room: int) -> str:
    """The line with the character, cut to `room` signs about it, and a caret under the character.

    >>> print(caret("one two", 4, 28))
    one two
        ^
    """
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line, at = text[start : len(text) if end < 0 else end], place - start
    first = max(0, min(at - room // 2, len(line) - room + 1))
    return f"{line[first : first + room]}\n{' ' * (at - first)}^"
