"""What follows from changes without anyone waiting for it: items of sources, decisions about push
and e-mail, counts for badges.

A person's log tells all that happened to them, so it is what is followed, by one cursor each. A
hint that somebody's log has grown makes it quick; the sweep finds whose hint was lost.
"""
