#!/bin/sh
# Every file of the shared hostile and broken ones is served or refused with one clear line: tests/nasty/run.sh BUILD-DIR
# [FOLDER...] (default: the shared folder, when it is there).
cd "$(dirname "$0")/../.." || exit 2
run=$1/tests/nasty_run
shift
[ $# -gt 0 ] || set -- "${MM_SHARED:-../shared}/data/nasty"
if [ ! -d "$1" ]; then
	echo "no folder $1: set MM_SHARED or name one"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
exec "$run" "$@"
