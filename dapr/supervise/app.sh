#!/bin/sh
# What dapr.yaml runs as `command`: a service under Node 24, kept alive, with the tokens of the instance.
#
#   app.sh <main.ts>      APP_ID comes from `dapr run`

here=$(cd "$(dirname "$0")" && pwd)
root=${here%/dapr/supervise}
CARTWRIGHT_RUN=${CARTWRIGHT_RUN:-$root/.cartwright/dev}
export CARTWRIGHT_RUN

# Locally this and the sidecar get the same two tokens; the service refuses callbacks that do not carry its own.
set -a
. "$CARTWRIGHT_RUN/tokens/$APP_ID.env"
set +a

# Else glibc keeps a heap for each of Node's threads, and gives little of them back.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

node=$root/node_modules/.bin/node
[ -x "$node" ] || node=node
# Mails can wait, checkouts cannot: where both want the processor, mails give way (compose: cpu_shares; the chart: requests).
[ "$APP_ID" = notifications ] && last='nice -n 10'
[ -n "$CARTWRIGHT_WATCH" ] && watch=--watch-preserve-output
exec $last sh "$here/keep-alive.sh" "$APP_ID" "$node" ${watch:+--watch "$watch"} "$@"
