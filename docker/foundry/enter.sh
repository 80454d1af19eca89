#!/bin/sh
# Runs the program it is called as (python3, llama-server, …) from the small Debian beside it, on the files of this machine: only /usr and
# /etc are the foundry's, and only for this process. It stays one process, so that signals and process ids mean what they say.
set -eu
folder=$(dirname "$(readlink -f "$0")")
[ "$(id -u)" = 0 ] && as='' || as='--user --map-root-user'
export PATH=/usr/bin:/bin UCX_LOG_LEVEL=fatal HF_HUB_OFFLINE=1
unset LD_LIBRARY_PATH LD_PRELOAD PYTHONHOME PYTHONPATH
# shellcheck disable=SC2086
exec unshare $as --mount --propagation private /bin/sh -euc '
  mount --bind "$0/etc" /etc
  mount --bind "$0/usr" /usr
  program=$1; shift
  exec "/usr/bin/$program" "$@"' "$folder/root" "$(basename "$0")" "$@"
