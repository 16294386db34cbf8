#!/bin/sh
# Writes .env with a password or token for every name that docker-compose.yml requires. What .env holds already stays.
#
#   sh components/compose/make-env.sh

cd "$(dirname "$0")/../.." || exit 1
umask 077
touch .env
grep -o '\${[A-Z_]*:?' docker-compose.yml | tr -d '${:?' | sort -u | while read -r name; do
  grep -q "^$name=" .env && continue
  # Letters and digits only: they also stand in addresses.
  echo "$name=$(LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 32)" >>.env
done
