"""What both screen apps share: theme, text, touch, QR."""
