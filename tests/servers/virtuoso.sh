#!/usr/bin/env bash
# Virtuoso Open Source 7 for the tests: a server of its own, in a folder of its own, on free ports.
#
#   virtuoso.sh install          install the package (Debian, Ubuntu), or say why not
#   virtuoso.sh start FOLDER     start a server in FOLDER and print its address
#   virtuoso.sh stop FOLDER      stop it
#
# The user is dba; the password is taken from VIRTUOSO_PASSWORD.
set -euo pipefail

PASSWORD=${VIRTUOSO_PASSWORD:-for-tests-only}
PACKAGE=virtuoso-opensource-7-bin

say() { echo "virtuoso.sh: $*" >&2; }

install() { "$(dirname "$0")/../system-package.sh" virtuoso-t "$PACKAGE"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

settings() { # SQL_PORT HTTP_PORT
  cat <<INI
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:$1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ServerThreads = 20
[HTTPServer]
ServerPort = 127.0.0.1:$2
ServerRoot = .
ServerThreads = 10
INI
}

sql() { # PORT PASSWORD STATEMENTS
  isql-vt "127.0.0.1:$1" dba "$2" errors=stdout "exec=$3" 2>&1
}

answers() { # HTTP_PORT, for up to a minute
  for _ in $(seq 240); do
    if python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$1/sparql?query=ASK%7B%7D', timeout=5)" 2>/dev/null
    then return 0; fi
    sleep 0.25
  done
  return 1
}

start() {
  local folder=$1 sql_port http_port
  mkdir -p "$folder"
  for attempt in 1 2 3; do # a port that was free may be taken a moment later
    sql_port=$(free_port) http_port=$(free_port)
    settings "$sql_port" "$http_port" >"$folder/virtuoso.ini"
    if (cd "$folder" && virtuoso-t +configfile virtuoso.ini +wait) >"$folder/virtuoso.out" 2>&1 </dev/null &&
      answers "$http_port"; then
      # Without the checkpoint a server that is killed comes back with the old password.
      if sql "$sql_port" dba "set password \"dba\" \"$PASSWORD\"; checkpoint;" | grep -q 'Error'; then
        say "the password could not be set"; stop "$folder"; exit 1
      fi
      echo "http://127.0.0.1:$http_port/sparql"
      return
    fi
    say "did not start (attempt $attempt): $(tail -n 3 "$folder/virtuoso.log" 2>/dev/null)"
    stop "$folder"
    rm -f "$folder"/virtuoso*
  done
  exit 1
}

stop() {
  local pid
  pid=$(sed -n 's/^VIRT_PID=//p' "$1/virtuoso.lck" 2>/dev/null || true)
  if [ -z "$pid" ]; then return; fi
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 80); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.25; done
  kill -9 "$pid" 2>/dev/null || true
}

case "${1:-}" in
  install) install ;;
  start | stop) "$1" "${2:?name a folder}" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
