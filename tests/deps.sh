#!/bin/sh
# Installs the Debian packages named on the command line that are not there yet. "node" and "npm" mean the programs:
# a Node of 18 or newer from anywhere will do. Silent and offline when nothing is missing.
set -eu

missing=
for p in "$@"; do
	case $p in
	node)
		if [ "$(node -p 'process.versions.node.split(".")[0] >= 18' 2>/dev/null)" != true ]; then
			missing="$missing nodejs"
		fi
		;;
	npm) command -v npm >/dev/null 2>&1 || missing="$missing npm" ;;
	*) [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "These Debian 12 packages are missing, and there is no apt-get to install them:$missing" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
	if ! command -v sudo >/dev/null 2>&1; then
		echo "As root, run: apt-get install$missing" >&2
		exit 1
	fi
fi
echo "Installing:$missing"
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of names
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
