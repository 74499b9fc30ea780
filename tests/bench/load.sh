#!/bin/bash
# Loading a million polygons against what GDAL alone needs to read them, and what the store alone costs: load.sh BUILD-DIR
set -u
cd "$(dirname "$0")/../.." || exit 2
bench=${1:-build}/bench
shared=${MM_SHARED:-../shared}/data/odintsovo/buildings.shp
million=$bench/city/buildings.fgb

if [ -f "$shared" ]; then
	mkdir -p "$bench/city"
	[ -s "$million" ] || "$bench/million" "$shared" "$million" >/dev/null
	for run in 1 2 3; do
		"$bench/bench_load" "$million"
	done >"$bench/load.txt"
	# FILE: N rows, scan by GDAL A s, WHAT B s (R x), M MB
	awk '
		function number_after(words) { match($0, words " [0-9.]+"); return substr($0, RSTART + length(words) + 1, RLENGTH - length(words) - 1) }
		function keep(what, b,  a) {
			a = number_after("GDAL")
			if (!(what in n) || b / a < ratio[what]) { ratio[what] = b / a; scan[what] = a; took[what] = b }
			n[what]++ }
		function row(title, what, target) {
			printf "| %s, best | %.2f s | GDAL scan %.2f s | %.2fx (%.2fx the time) | %s | %s | %d |\n", title, took[what], scan[what],
				1 / ratio[what], ratio[what], target ? "<= " target "x the time" : "",
				target ? (ratio[what] <= target ? "yes" : "NO") : "-", n[what] }
		/, load without levels / { keep("plain", number_after("levels")) }
		/, load [0-9]/ { keep("all", number_after("load")); rows = $2; match($0, /[0-9]+ MB/); mb = substr($0, RSTART, RLENGTH - 3) }
		/start from the cache/ { c = number_after("cache"); if (!m++ || c < cache) cache = c }
		END {
			row(sprintf("load %d polygons: read, placed, checked, indexed, written", rows), "plain", 3)
			row("the same and generalised for z0-z14", "all", 0)
			printf "| start from the cache, best | %.3f s | | | < 0.2 s | %s | %d |\n", cache, cache < 0.2 ? "yes" : "NO", m
			printf "| snapshot bytes a feature | %.0f B | | | | - | |\n", mb * 1048576 / rows
		}' "$bench/load.txt"
else
	echo "> no $shared: the comparison of loading needs it (set MM_SHARED)"
fi
for what in polygons points; do
	"$bench/bench_store" "$what" 1000000 | awk -v what="$what" '{ $1 = $1 } NR > 1 { all = all "; " $0 } NR == 1 { all = $0 } END { print "> store: " all }'
done
