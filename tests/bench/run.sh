#!/bin/bash
# The benchmarks, one table: tests/bench/run.sh BUILD-DIR [NAME...]. What is compared runs in turn on this machine; only
# ratios mean something elsewhere. NAMEs are the scripts here, default all; see README.md.
set -u
cd "$(dirname "$0")/../.." || exit 2
export OUT=${1:-build}
shift
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(load tiles_postgis http_tiles cached latency events live queries memory search export print bake frames pack)
notes=$OUT/bench/notes.txt
tables=$OUT/bench/tables.txt
mkdir -p "$OUT/bench"
: >"$notes"
: >"$tables"

printf '%s, %s cores, load %s before the start\n\n' "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
printf '| what | munimap | peer | ratio | target | met? | runs |\n|---|---|---|---|---|---|---|\n'
bad=0
for name in "${names[@]}"; do
	case $name in
	load) tests/bench/load.sh "$OUT" ;;
	*) node "tests/bench/$name.mjs" ;;
	esac > >(while IFS= read -r line; do
		case $line in
		'> '*) printf '%s\n' "- ${line#> }" >>"$notes" ;;
		*) if [ "$name" = pack ]; then printf '%s\n' "$line" >>"$tables"; else printf '%s\n' "$line"; fi ;;
		esac
	done) || bad=1
	wait $!
done
printf '\nRatios are how many times better munimap is; medians of the runs.\n\n'
cat "$notes"
[ ! -s "$tables" ] || { echo; cat "$tables"; }
printf '\nload %s at the end\n' "$(cut -d' ' -f1 /proc/loadavg)"
exit $bad
