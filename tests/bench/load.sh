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
	# FILE: N rows, scan by GDAL A s, load B s (R x), M MB
	awk '
		/, load / { match($0, /GDAL [0-9.]+/); a = substr($0, RSTART + 5, RLENGTH - 5)
			match($0, /load [0-9.]+/); b = substr($0, RSTART + 5, RLENGTH - 5)
			if (!n || b / a < best) { best = b / a; sa = a; sb = b }; n++
			match($0, /[0-9]+ rows/); rows = substr($0, RSTART, RLENGTH - 5)
			match($0, /[0-9]+ MB/); mb = substr($0, RSTART, RLENGTH - 3) }
		/from the cache/ { match($0, /cache [0-9.]+/); c = substr($0, RSTART + 6, RLENGTH - 6); if (!m++ || c < cache) cache = c }
		END {
			printf "| load %d polygons against a plain scan, best | %.2f s | GDAL %.2f s | %.2fx | | - | %d |\n", rows, sb, sa, sa / sb, n
			printf "| start from the cache, best | %.3f s | | | < 0.2 s | %s | %d |\n", cache, cache < 0.2 ? "yes" : "NO", m
			printf "| snapshot bytes a feature | %.0f B | | | | - | |\n", mb * 1048576 / rows
		}' "$bench/load.txt"
else
	echo "> no $shared: the comparison of loading needs it (set MM_SHARED)"
fi
for what in polygons points; do
	"$bench/bench_store" "$what" 1000000 | awk -v what="$what" '{ $1 = $1 } NR > 1 { all = all "; " $0 } NR == 1 { all = $0 } END { print "> store: " all }'
done
