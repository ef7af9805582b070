#!/bin/sh
# What a broker is depends on its number, the end of POD_NAME, and on REPLICAS, how many there are.
set -eu

id="${POD_NAME##*-}"
voters=""
number=0
while [ "$number" -lt "$REPLICAS" ]; do
  voters="$voters${voters:+,}$number@kafka-$number.kafka:9093"
  number=$((number + 1))
done
copies="$REPLICAS"
if [ "$copies" -gt 3 ]; then copies=3; fi

cat /etc/kafka/settings/server.properties - > /tmp/server.properties <<EOF
node.id=$id
controller.quorum.voters=$voters
advertised.listeners=PLAINTEXT://$POD_NAME.kafka:9092
offsets.topic.replication.factor=$copies
transaction.state.log.replication.factor=$copies
transaction.state.log.min.isr=$(((copies + 1) / 2))
EOF

/opt/kafka/bin/kafka-storage.sh format --ignore-formatted \
  --cluster-id "$CLUSTER_ID" --config /tmp/server.properties
exec /opt/kafka/bin/kafka-server-start.sh /tmp/server.properties
