"""The live view: a screen without a display, watched and touched from a web page on the loopback address.

stage (main thread) -> Pane -> server thread -> browser
"""
