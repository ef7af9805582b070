#!/bin/sh
# One of three Redis that sentinels watch; the arguments are its settings. Who sells is whom a sentinel took for it in the
# latest epoch: those of the other pods are asked, and what the one of this pod knew is in its file. At the very first it is
# redis-0. A pod that was away when another took over would otherwise win over what was sold meanwhile.
set -eu

state=sentinel.conf
me="$POD_NAME.redis"

believed() {
  for other in redis-0.redis redis-1.redis redis-2.redis; do
    if [ "$other" = "$me" ]; then continue; fi
    timeout 3 redis-cli -h "$other" -p 26379 sentinel master shop 2>/dev/null |
      awk 'name == "ip" { ip = $0 } name == "config-epoch" { epoch = $0 } { name = $0 } END { if (ip) print epoch, ip }'
  done
  if [ -s "$state" ]; then
    awk '$1 $2 $3 == "sentinelmonitorshop" { ip = $4 } $1 $2 $3 == "sentinelconfig-epochshop" { epoch = $4 }
      END { if (ip) print epoch + 0, ip }' "$state"
  fi
}

latest="$(believed | sort -n | tail -n 1)"
primary="${latest#* }"
primary="${primary:-redis-0.redis}"

if [ "$primary" != "$me" ]; then set -- "$@" --replicaof "$primary" 6379; fi
exec redis-server "$@" --replica-announce-ip "$me" --min-replicas-to-write 1
