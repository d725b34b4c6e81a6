"""What uploaded bytes are, and pictures made anew. Functions over local files; no database.

`sniffing` names a type by the content alone. Pictures are worked on in a process of its own
(`darkroom` starts it, `developing` and its neighbours run in it), because decoders are what hostile
bytes are aimed at.
"""
