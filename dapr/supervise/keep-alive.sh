#!/bin/sh
# Keeps one process alive: starts it again when it dies, with a growing pause, and never gives up. SIGTERM is passed on to it,
# and then this ends too. `dapr run` restarts nothing, and ends what it started by SIGKILL: this stands between.
#
#   keep-alive.sh <name> <command> [argument…]
#
# CARTWRIGHT_RUN  folder of the running instance; the pid of this script is kept in its pids/<name>
# STOP_SIGNAL     what to send instead of TERM (Postgres: INT, which does not wait for its clients)

name=$1
shift

mkdir -p "$CARTWRIGHT_RUN/pids"
echo $$ >"$CARTWRIGHT_RUN/pids/$name"

# Logs of services lie beside the others when the instance was started by npm start.
if [ -n "$CARTWRIGHT_LOGS" ]; then
  exec >>"$CARTWRIGHT_RUN/logs/$name.log" 2>&1
fi

# Should this script be killed outright, the kernel tells the child (Linux, util-linux).
if [ -z "$STOP_SIGNAL" ] && setpriv --pdeathsig TERM true 2>/dev/null; then
  set -- setpriv --pdeathsig TERM -- "$@"
fi

child=
stopping=
end_child() {
  stopping=1
  [ -n "$child" ] && kill -s "${STOP_SIGNAL:-TERM}" "$child" 2>/dev/null
}
trap end_child TERM INT HUP

say() {
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) keep-alive: $name $1"
}

pause=1
while [ -z "$stopping" ]; do
  began=$(date +%s)
  # Environment of this one process alone, read at each start: for experiments, such as a clock that is off (npm run chaos).
  (
    if [ -f "$CARTWRIGHT_RUN/overrides/$name.env" ]; then
      set -a
      . "$CARTWRIGHT_RUN/overrides/$name.env"
      set +a
    fi
    exec "$@"
  ) &
  child=$!
  [ -n "$stopping" ] && kill "$child" # the signal came before the child's pid was known
  wait "$child"
  code=$?
  while kill -0 "$child" 2>/dev/null; do # a signal ends wait, not the child
    wait "$child"
    code=$?
  done
  child=
  [ -n "$stopping" ] && break

  lived=$(($(date +%s) - began))
  [ "$lived" -ge 30 ] && pause=1
  say "ended with code $code after ${lived} s; started again in ${pause} s"
  sleep "$pause" &
  wait $!
  pause=$((pause * 2))
  [ "$pause" -gt 30 ] && pause=30
done

say 'stopped'
rm -f "$CARTWRIGHT_RUN/pids/$name"
