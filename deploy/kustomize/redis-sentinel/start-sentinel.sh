#!/bin/sh
# Writes into its file whom it takes for the one that sells, and since which epoch: it outlives the pod.
set -eu

state=sentinel.conf
if [ ! -s "$state" ]; then
  cat > "$state.new" <<EOF
port 26379
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $POD_NAME.redis
sentinel monitor shop redis-0.redis 6379 2
sentinel down-after-milliseconds shop 5000
sentinel failover-timeout shop 30000
EOF
  mv "$state.new" "$state"
fi
exec redis-server "$state" --sentinel
