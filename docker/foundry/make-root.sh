#!/bin/sh
# Makes a folder with the foundry's programs in it, for machines whose own system has no torch:
#
#   docker/foundry/make-root.sh FOLDER
#
# FOLDER/root holds a small Debian (testing) with docker/foundry/packages.txt, about 1.9 GB; FOLDER/python3 and its siblings run
# its programs. Needs root on a Debian-like machine, and Debian's package mirror once. Signatures are checked; a Release file past
# its date is accepted, as testing's often is (decisions/foundry-environment.md). Cut short, it leaves nothing and can be repeated.
set -eu

folder=${1:?give the folder to make it in}
here=$(cd "$(dirname "$0")" && pwd)
suite=forky
mirror=${TERROIR_DEBIAN_MIRROR:-http://deb.debian.org/debian}

fail() { echo "$1" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail 'This needs root: it makes the files of a small Debian system. Run it with sudo, or install the packages of docker/foundry/packages.txt yourself.'
command -v apt-get > /dev/null || fail 'This needs a Debian-like machine. Elsewhere, install the packages of docker/foundry/packages.txt in the way of your system, and name its python3 in TERROIR_PYTHON.'
[ -L /lib ] || fail 'This machine keeps /lib apart from /usr; its programs cannot be joined with those of the foundry. Use the Docker image instead.'

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
case $folder in /usr/* | /etc/*) fail "$folder lies in a folder that the foundry covers with its own. Choose another." ;; esac
made=$(cat "$here/packages.txt" "$0" | sha256sum | cut -d ' ' -f 1)
[ "$(cat "$folder/made-from" 2> /dev/null || true)" != "$made" ] || { echo "Already there: $folder"; exit 0; }

free=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
[ "$free" -ge 3500000 ] || fail "The disk that holds $folder has $((free / 1000)) MB free; this needs 3500 MB. Nothing was changed."
command -v mmdebstrap > /dev/null || {
  echo 'Installing mmdebstrap'
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap
}

part="$folder/root.part"
clean() { rm -rf --one-file-system "$part"; }
trap clean EXIT
trap 'exit 130' INT TERM
clean
echo "Fetching Debian's packages (about 310 MB)"
mmdebstrap --quiet --variant=apt --include="$(paste -sd , "$here/packages.txt")" \
  --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$suite" "$part" "$mirror"
rm -rf --one-file-system "$folder/root"
mv "$part" "$folder/root"
cp "$here/enter.sh" "$folder/enter"
chmod 755 "$folder/enter"
for program in python3 llama-server llama-quantize llama-perplexity; do ln -sfn enter "$folder/$program"; done
"$folder/python3" -c 'import torch, transformers, onnxruntime' || fail "The programs in $folder do not start."
echo "$made" > "$folder/made-from"
echo "Ready: $folder/python3"
