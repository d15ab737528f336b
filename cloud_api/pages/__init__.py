"""The pages people open: a phone, the staff tablet, marketing's desk. They work without script.

    assets.py    own CSS and JS, addressed by their content so that they may be cached for ever
    render.py    a template and a typed view become a response
    words.py     times, dates and ages as people say them
    share.py     what the phone page of a share says      templates/share.html, note.html
    site.py      the front door, and errors in the same look
    bar.py       the bar above pages for people who sign in
    staff.py     what the staff pages say                 templates/staff*.html
    floor.py     what the floor page says                 templates/floor.html; heat.py draws the plan
    gallery.py   what the marketing gallery says          templates/gallery*.html; rights.py packs a download
    claim.py     what a result and the board say          templates/claim*.html, board.html

A view is a frozen dataclass; a template reads one view and one set of words and decides nothing else.
"""
