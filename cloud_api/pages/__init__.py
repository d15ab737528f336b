"""The pages people open: a shopper's phone, the staff tablet. Server-rendered, working without script.

    assets.py    own CSS and JS, addressed by their content so that they may be cached for ever
    render.py    a template and a typed view become a response
    words.py     times, dates and ages as people say them
    share.py     what the phone page of a share says      templates/share.html, note.html
    site.py      the front door, and errors in the same look
    staff.py     what the staff pages say                 templates/staff*.html

A view is a frozen dataclass; a template reads one view and one set of words and decides nothing else.
"""
