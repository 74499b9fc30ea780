#!/bin/bash
# The benchmarks, one table: tests/bench/run.sh BUILD-DIR. What is compared runs in turn on this machine; only ratios
# mean something elsewhere.
set -u
cd "$(dirname "$0")/../.." || exit 2
out=$1
bench=$out/bench
shared=${MM_SHARED:-../shared}/data/odintsovo/buildings.shp
million=$bench/million.fgb

row() { printf '| %-44s | %14s | %14s | %8s |\n' "$1" "$2" "$3" "$4"; }

row "what" "munimap" "peer" "ratio"
row "---" "---" "---" "---"
if [ -f "$shared" ]; then
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
			printf "| %-44s | %12.2f s | %9.2f GDAL | %7.2fx |\n", "load " rows " polygons, against a plain scan", sb, sa, best
			printf "| %-44s | %12.3f s | %14s | %8s |\n", "start from the cache", cache, "target 0.2 s", ""
			printf "| %-44s | %11.0f B | %14s | %8s |\n", "snapshot bytes a feature", mb * 1048576 / rows, "", ""
		}' "$bench/load.txt"
else
	echo "no $shared: the load benchmark needs it (set MM_SHARED)"
fi
"$bench/bench_store" polygons 1000000
"$bench/bench_store" points 1000000
