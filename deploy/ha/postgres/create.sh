#!/bin/sh
# The role and the database of Confab; Patroni calls it once, with the new cluster's address.
set -eu
exec psql --no-psqlrc --set ON_ERROR_STOP=1 --set password="$CONFAB_PASSWORD" "$1" <<'SQL'
create role confab login password :'password';
create database confab owner confab;
SQL
