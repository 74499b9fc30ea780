#!/bin/bash
# Runs each fuzz target in a folder for some seconds, from its own seeds: tests/fuzz/run.sh FOLDER SECONDS
set -u
here=$(cd "$(dirname "$0")" && pwd)
passed=0 failed=0
for target in "$1"/fuzz_*; do
	[ -x "$target" ] || continue
	case $target in *.d) continue ;; esac
	name=${target##*/fuzz_}
	work=$(mktemp -d)
	log=$1/$name.log
	mkdir -p "$here/corpus/$name"
	if "$target" "-max_total_time=$2" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$1/" "$work" "$here/corpus/$name" \
		>"$log" 2>&1; then
		passed=$((passed + 1))
		printf '  %-16s %s executions\n' "$name" "$(sed -nE 's/^stat::number_of_executed_units: *//p' "$log")"
	else
		failed=$((failed + 1))
		tail -n 30 "$log"
	fi
	rm -rf "$work"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
