#!/bin/sh
# Removes from installed packages what no server reads: tests, headers, source maps, and whole parts that Phoenix has
# no use for: Arrow's RPC and S3 client, AWS's services but those of its language models.
#
#   prune.sh DIST_PACKAGES
set -eu
cd "$1"

find . -type d \( -name tests -o -name test \) ! -path './strawberry/*' -prune -exec rm -rf {} +
find . -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.map' \) -delete

rm -rf pyarrow/include pyarrow/src
rm -f pyarrow/libarrow_flight* pyarrow/libarrow_python_flight* pyarrow/libarrow_s3* \
  pyarrow/_flight.* pyarrow/_s3fs.*
# A wheel holds no links: the same library lies there under each of its names.
for library in pyarrow/lib*.so; do
  for other in "$library".*; do
    if [ -f "$other" ] && cmp -s "$library" "$other"; then ln -sf "$(basename "$library")" "$other"; fi
  done
done

for service in botocore/data/*/; do
  case $(basename "$service") in
    bedrock* | sts | sso | sso-oidc) ;;
    *) rm -rf "$service" ;;
  esac
done
