#!/bin/bash
# The interface of the official Odoo image: HOST, PORT, USER and PASSWORD, then `odoo` with its options, or any other program.
set -e
: "${HOST:=db}" "${PORT:=5432}" "${USER:=odoo}" "${PASSWORD:=odoo}"
database=(--db_host "$HOST" --db_port "$PORT" --db_user "$USER" --db_password "$PASSWORD")
case "$1" in
  -- | odoo) shift; exec odoo "$@" "${database[@]}" ;;
  -*) exec odoo "$@" "${database[@]}" ;;
  *) exec "$@" ;;
esac
