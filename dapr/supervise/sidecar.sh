#!/bin/sh
# Stands where `dapr run` looks for daprd (the instance's .dapr/bin/daprd): runs the real one, kept alive, with the tokens and the
# secrets of its app. CARTWRIGHT_RUN and DAPRD are set by that file.

case "$*" in --version | version) exec "$DAPRD" --version ;; esac

app=
previous=
for argument; do
  [ "$previous" = --app-id ] && app=$argument
  previous=$argument
done

set -a
. "$CARTWRIGHT_RUN/tokens/$app.env"
CARTWRIGHT_SECRETS=$CARTWRIGHT_RUN/secrets/$app.json # read by components/local/secrets.yaml
CARTWRIGHT_MEDIA=$CARTWRIGHT_RUN/data/media          # by components/media.yaml
DAPR_HOST_IP=127.0.0.1                               # the address that sidecars find each other at
set +a

[ "$app" = notifications ] && last='nice -n 10' # as its service in app.sh
exec $last sh "$(dirname "$0")/keep-alive.sh" "$app-sidecar" "$DAPRD" "$@"
