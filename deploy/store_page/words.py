"""What the store page says of each live picture: its title and one sentence, by kind."""

from typing import Final

ABOUT: Final = {
    "mirror": ("The mirror", "Touch it as a shopper would: try a shade, take a picture, order."),
    "arena": ("The arena", "Steps of whoever walks in front of it, and the race of the day."),
    "counter": (
        "The ceiling camera",
        "Everybody is a point with a path; the door and the zones are counted.",
    ),
}
