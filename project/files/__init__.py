"""Files of people: uploaded straight to the store, checked in the background, served by links.

Like `project.sync` it knows no app. An app that keeps a file somewhere, in a message or as an
avatar, says so in `HOLDERS`.
"""
