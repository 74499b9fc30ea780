#!/bin/bash
# Tries the two commands of the README as a new user on a bare Debian 12: a debootstrap'ed folder with nothing but git,
# make and apt gets a clone of the committed state, and `make run` (twice) and `make test` run in it. Needs root, the
# network, and about 4 GB in FRESH (default: a folder under /var/tmp that is removed at the end; a FRESH that exists is
# used again and kept).
#
#   tests/fresh-machine.sh [run|test|both]      default: both
set -eu
what=${1:-both}
repo=$(cd "$(dirname "$0")/.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
keep=1
fresh=${FRESH:-}
if [ -z "$fresh" ]; then
	fresh=$(mktemp -d /var/tmp/munimap-fresh-XXXXXX)
	keep=0
fi

leave() {
	umount -q "$fresh/proc" "$fresh/dev/pts" "$fresh/dev/shm" "$fresh/dev" "$fresh/sys" 2>/dev/null || true
	[ $keep = 1 ] || rm -rf "$fresh"
}
trap leave EXIT

[ -x "$fresh/usr/bin/git" ] || debootstrap --variant=minbase --include=git,make,ca-certificates bookworm "$fresh" "$mirror"
mountpoint -q "$fresh/proc" || mount -t proc proc "$fresh/proc"
mountpoint -q "$fresh/sys" || mount -t sysfs sys "$fresh/sys"
mountpoint -q "$fresh/dev" || mount --rbind /dev "$fresh/dev"

# The way this machine reaches package mirrors: apt's settings, certificates, npm's settings.
cp -a /etc/apt/apt.conf.d/. "$fresh/etc/apt/apt.conf.d/" 2>/dev/null || true
rm -f "$fresh/etc/apt/apt.conf.d/docker-"*
cp /etc/resolv.conf /etc/hosts "$fresh/etc/" 2>/dev/null || true
cp -aL /etc/ssl/certs/. "$fresh/etc/ssl/certs/" 2>/dev/null || true
[ ! -e /etc/npmrc ] || cp /etc/npmrc "$fresh/etc/npmrc"
[ ! -e ~/.npmrc ] || cp ~/.npmrc "$fresh/root/.npmrc"
for v in SSL_CERT_FILE NODE_EXTRA_CA_CERTS; do
	f=${!v:-}
	[ -z "$f" ] || { mkdir -p "$fresh$(dirname "$f")" && cp -L "$f" "$fresh$f"; }
done

rm -rf "$fresh/root/munimap" "$fresh/root/shared"
git clone -q "$repo" "$fresh/root/munimap"
[ ! -d "$repo/../shared" ] || cp -r "$repo/../shared" "$fresh/root/shared"

inside() {
	chroot "$fresh" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LANG=C.UTF-8 CI="${CI:-}" SSL_CERT_FILE="${SSL_CERT_FILE:-}" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-}" \
		bash -c "cd /root/munimap && $1"
}

# Starts `make run`, waits for the address, asks for a tile and the page, stops it; prints how long it took.
try_run() {
	local t0=$SECONDS log=$fresh/root/run.log url=
	inside 'exec make run PORT=18080' >"$log" 2>&1 &
	local pid=$!
	for _ in $(seq 1800); do
		url=$(sed -nE 's|^  (http://[^ ]+/)$|\1|p' "$log" | head -n 1)
		[ -z "$url" ] || break
		kill -0 $pid 2>/dev/null || { tail -n 40 "$log"; exit 1; }
		sleep 0.5
	done
	[ -n "$url" ] || { echo "make run printed no address"; tail -n 40 "$log"; exit 1; }
	echo "make run: $url after $((SECONDS - t0)) s"
	curl -fsS "${url}collections" | head -c 200 >/dev/null
	curl -fsS -H 'Accept: text/html' "$url" | grep -q '<title>'
	pkill -TERM -f 'build/munimap serve layers' || true
	wait $pid || true
}

case $what in run | both)
	try_run
	try_run
	;;
esac
case $what in test | both)
	t0=$SECONDS
	inside 'make test'
	echo "make test: $((SECONDS - t0)) s"
	;;
esac
