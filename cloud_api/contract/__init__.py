"""What a box and the cloud agree on: plain values, pydantic only.

The receiver owns the contract because it must keep accepting old boxes; it only grows.

    events      one fact each, CloudEvents 1.0 envelope, data typed by the event's type
    floor       events of ceiling cameras
    arena       events of the arena, and the claim of a result
    orders      click and collect, idempotent by the order's id, collected by a pickup code
    links       addresses that are their own authority: a share, its look, a claim
    shares      a picture that a shopper chose to publish to themselves
    catalogue   what the mirrors of a store offer, and how much of it lies there
    enrolment   a one-time code exchanged for a box's own credential
"""

# Every kind of event is known as soon as anything of the contract is imported.
from cloud_api.contract import arena, catalogue, floor

__all__ = ["arena", "catalogue", "floor"]
