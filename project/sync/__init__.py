"""The engine room: each user's ordered log of updates, and its way to the user's devices.

It knows no app. Apps register how their updates look (`kinds`), their socket commands (`commands`)
and the rest of what they answer for (`project.domains`); accounts registers who may connect
(`credentials`).

A command's way, by the example of `message.send`:

    socket        reads the frame                  conversation   finds the command, keeps the order
    chat.sending  checks it, puts it in a batch    batching       what waits forms the next batch
    writer        one call of a database function  chat.sending   answers the sender, and then
    hub           tells this process' sockets      publisher      and the other processes'
    stream        gives a socket what comes next   outlet         writes frames as they are read

In other processes: link → sealing → hub → stream. To a device that was away: stream → log → kinds →
chat.reading.

The lock order, everywhere. Whoever locks several kinds of row takes them in this order, those of
one kind by ascending id; whoever needs one above what it holds has to begin anew.

    1. a person (`accounts.reading.selectors.lock_person`), sessions and challenges
    2. chats, which stand for their participants and messages too
    3. heads of logs (`log.lock_users`); a change between two people, as a block, locks both
    4. files, last
"""
