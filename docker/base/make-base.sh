#!/bin/sh
# Makes the image debian:forky-slim from Debian's signed packages and gives it to the Docker Engine, for a place without a registry.
# A Release file past its date is accepted, as testing's often is; signatures are checked all the same.
set -eu
[ "$(id -u)" = 0 ] || { echo 'This needs root: it makes the files of a small Debian system.' >&2; exit 1; }
command -v mmdebstrap > /dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap; }
mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  forky - "${TERROIR_DEBIAN_MIRROR:-http://deb.debian.org/debian}" | docker import - debian:forky-slim
