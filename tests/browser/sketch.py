"""A hand on the drawing pad."""

Point = tuple[float, float]


class Hand:
    """Draws on the page's pad; points are shares of its side, from the left and from the top."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(".pad[data-ready]")
        self.canvas = self.root.get_by_role("application")

    def spot(self, x: float, y: float) -> tuple[int, int]:
        """Where a point lies on the screen."""
        box = self.canvas.bounding_box()
        return round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])

    def begin(self, *points: Point) -> None:
        """Draw through these with the mouse, and keep the button down."""
        self.page.mouse.move(*self.spot(*points[0]))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.spot(*point), steps=12)

    def line(self, *points: Point) -> None:
        """Draw through these with the mouse."""
        self.begin(*points)
        self.page.mouse.up()

    def touch(self, *points: Point) -> None:
        """Draw through these with a finger."""
        client = self.page.context.new_cdp_session(self.page)
        for i, point in enumerate(points):
            x, y = self.spot(*point)
            kind = "touchMove" if i else "touchStart"
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
