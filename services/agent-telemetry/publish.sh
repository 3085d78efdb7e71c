#!/bin/bash
# Puts this version beside the one before, and makes it the current one in a single step. An agent that runs goes on
# with the files that it began with.
# Usage: publish.sh [<folder with files/ and version>] [<volume>]
set -euo pipefail
from=${1:-/telemetry}
cd "${2:-/nasiko-telemetry}"
version=$(< "$from/version")
before=$(readlink current || true)
if [ ! -d "$version" ]; then
  # What an earlier run left half done is begun anew.
  rm -rf .part
  cp -R "$from/files" .part
  mv .part "$version"
fi
if [ "$before" != "$version" ]; then
  ln -sfn "$version" .next
  mv -T .next current
  for folder in *; do
    case $folder in
      current | "$version" | "$before") ;;
      *) rm -rf -- "$folder" ;;
    esac
  done
fi
echo "agents load version $version: $(du -sh "$version" | cut -f1)"
