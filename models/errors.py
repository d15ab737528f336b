"""The one error of this package that a person can mend; the `vitrine` command prints it as one message."""


class ModelError(Exception):
    """Weights or a model that cannot be had; names the thing, the place and the remedy."""
