#!/bin/sh
# The Sentinel beside redis.sh, with the same environment. It keeps what it learns in its file.
set -eu
file=${DATA:-/data}/sentinel.conf
[ -s "$file" ] || cat >"$file" <<END
bind $NAME
port 26379
dir ${DATA:-/data}
requirepass $REDISCLI_AUTH
sentinel sentinel-pass $REDISCLI_AUTH
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $NAME
sentinel monitor confab ${PEERS%% *} 6379 2
sentinel auth-pass confab $REDISCLI_AUTH
sentinel down-after-milliseconds confab 1000
sentinel failover-timeout confab 10000
END
exec redis-server "$file" --sentinel
