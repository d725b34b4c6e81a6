#!/bin/sh
# One of three Redis. NAME is this one's, PEERS are all three, SENTINELS are theirs, REDISCLI_AUTH is the
# password (letters and digits). The first of PEERS is the master until the Sentinels say otherwise.
# Whoever comes back follows the master that they name: on its own it would take itself for the
# master again, and be led to, until they find it.
set -eu
master=${PEERS%% *}
for sentinel in $SENTINELS; do
    named=$(timeout 2 redis-cli -h "$sentinel" -p 26379 sentinel get-master-addr-by-name confab 2>&1 | head -n 1)
    case $named in
    "" | *[!A-Za-z0-9.-]*) ;; # nobody there, or an error
    *) master=$named && break ;;
    esac
done
follow=
[ "$master" = "$NAME" ] || follow="replicaof $master 6379"
exec redis-server - <<END
bind $NAME
port 6379
requirepass $REDISCLI_AUTH
masterauth $REDISCLI_AUTH
replica-announce-ip $NAME
repl-diskless-sync-delay 0
dir ${DATA:-/data}
appendonly yes
$follow
END
