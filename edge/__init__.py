"""The box: cameras, perception, stage, cards, outbox and uplink. Knows no experience by name."""
