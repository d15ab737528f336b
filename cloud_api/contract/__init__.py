"""What a box and the cloud agree on: plain values, pydantic only.

The receiver owns the contract because it must keep accepting old boxes; it only grows.

    events      one fact each, CloudEvents 1.0 envelope, data typed by the event's type
    orders      click and collect, idempotent by the order's id, collected by a pickup code
    shares      a picture that a shopper chose to publish to themselves
    enrolment   a one-time code exchanged for a box's own credential
"""
