#!/bin/bash
# Feeds each fuzz target its own seeds: tests/fuzz/seeds.sh FOLDER of the programs
set -u
here=$(cd "$(dirname "$0")" && pwd)
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}hard_rss_limit_mb=1024
passed=0 failed=0
for source in "$here"/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	log=$1/$name.log
	if "$1/seeds_$name" "$here/corpus/$name" >"$log" 2>&1; then
		passed=$((passed + 1))
		printf '  %-16s %s\n' "$name" "$(tail -n 1 "$log")"
	else
		failed=$((failed + 1))
		echo "failed: $name"
		tail -n 30 "$log"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
