#!/bin/sh
# Writes the root file system of the Debian base to stdout, as a tar archive; progress goes to stderr.
#
#   build-rootfs.sh WORK SUITE ARCH
#
# WORK is an empty directory that the caller made and removes. Needs root, debootstrap and a mount namespace of
# its own (`unshare --mount`), so that nothing that is mounted here can outlive it.
# From the environment: NASIKO_CA_DIR, a directory with extra certificate authorities (*.crt);
# NASIKO_DEBIAN_MIRROR, where packages come from (default: debootstrap's own choice).
set -eu

work=$1 suite=$2 arch=$3
recipe=$(dirname "$0")
root=$work/rootfs
exec 3>&1 1>&2

# dpkg syncs every file: in memory that is free, and nothing is left behind. 1.2 GB is four times what it takes.
if awk '/^MemAvailable:/ { exit !($2 > 1200000) }' /proc/meminfo; then mount -t tmpfs nasiko-rootfs "$work"; fi

# shellcheck disable=SC2086 # an unset mirror is no argument, not an empty one
debootstrap --variant=minbase --arch="$arch" "$suite" "$root" ${NASIKO_DEBIAN_MIRROR:-}

cp -R "$recipe/rootfs/." "$root/"
if [ -n "${NASIKO_CA_DIR:-}" ]; then
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp "$NASIKO_CA_DIR"/*.crt "$root/usr/local/share/ca-certificates/"
  chmod 0644 "$root"/usr/local/share/ca-certificates/*.crt
fi

apt_get() {
  DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes \
    chroot "$root" apt-get --quiet=2 --yes --option=Dpkg::Use-Pty=0 "$@"
}

mirror=$(sed -n "s/^deb \([^ ]*\) $suite .*/\1/p" "$root/etc/apt/sources.list")
printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates" >"$root/etc/apt/sources.list"
# Debian's own mirror keeps security fixes beside the archive; one that does not is used without them.
printf 'deb %s-security %s-security main\n' "$mirror" "$suite" >"$root/etc/apt/sources.list.d/security.list"
if ! apt_get update --option=APT::Update::Error-Mode=any; then
  echo "nasiko: $mirror-security has no $suite-security: this base goes without security updates"
  rm "$root/etc/apt/sources.list.d/security.list"
  apt_get update
fi
# ca-certificates comes last, so that the trust store is computed once (1 to 4 s each time).
apt_get upgrade
apt_get install ca-certificates

cd "$root"
# What rootfs/etc/dpkg/dpkg.cfg.d says, for the packages that were unpacked before it was in place.
find usr/share/doc -type f ! -name copyright -delete
find usr/share/doc -type l ! -name copyright -delete
find usr/share/doc -type d -empty -delete
rm -rf usr/share/man/* usr/share/info/* usr/share/locale/* usr/share/lintian usr/share/bug
rm -rf var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/cache/ldconfig/* var/lib/dpkg/*-old
rm -rf var/log/* tmp/* etc/hostname etc/resolv.conf debootstrap
: >etc/machine-id
# Inside a container debootstrap makes /proc a symbolic link, on which no runtime can mount.
if [ -L proc ]; then rm proc && mkdir proc; fi

tar --create --numeric-owner --one-file-system --sort=name . >&3
