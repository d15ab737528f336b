"""Movement over time: pure functions of seconds."""


def progress(now_s: float, since_s: float, duration_s: float) -> float:
    """How far something that began at since_s has come: 0..1."""
    return 1.0 if duration_s <= 0 else min(1.0, max(0.0, (now_s - since_s) / duration_s))


def ease_out(share: float) -> float:
    """Quick at first, gentle at the end (cubic)."""
    return 1 - (1 - share) ** 3


def ease_in_out(share: float) -> float:
    """Gentle at both ends (smoothstep)."""
    return share * share * (3 - 2 * share)
