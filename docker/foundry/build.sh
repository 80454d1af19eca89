#!/bin/sh
# Builds the foundry's image with the Engine's own builder. Its tag is a digest of all that goes in, so that nothing is built twice.
set -eu
cd "$(dirname "$0")/../.."
files=$(git ls-files docker/foundry labs/foundry | grep -v -e '^labs/foundry/seedling/' -e '_test\.py$' -e '\.test\.ts$')
tag=terroir-foundry:$(echo "$files" | xargs -d '\n' sha256sum | sha256sum | cut -c 1-16)
if docker image inspect "$tag" > /dev/null 2>&1; then echo "Already there: $tag"; exit 0; fi
docker image inspect debian:forky-slim > /dev/null 2>&1 || docker pull -q debian:forky-slim || docker/base/make-base.sh
echo "$files" | tar -c -T - | DOCKER_BUILDKIT=0 docker build -q -f docker/foundry/Dockerfile -t "$tag" -t terroir-foundry:latest -
echo "Built: $tag"
