#!/bin/bash
# Installs the peers that the benchmarks compare with, and says which are there: tests/bench/deps.sh [list]
#
# From Debian: PostgreSQL with PostGIS, nginx, MapServer, QGIS Server, wrk. Built from source in PEERS (default
# ~/.cache/munimap-bench), outside the tree: tippecanoe from TIPPECANOE_GIT, Martin through cargo, pg_featureserv through Go or from PG_FEATURESERV_GIT. What is already there is left alone, without the network; what cannot be had is named with
# the reason, and the rows of the table say so. "list" installs nothing.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/bench/lib.sh
tippecanoe_git=${TIPPECANOE_GIT:-https://github.com/felt/tippecanoe.git}
tippecanoe_version=2.82.0
martin_version=1.14.0
featureserv_version=1.3.1
mkdir -p "$peers/bin" "$peers/log"

from_debian() {
	tests/deps.sh gdal-bin postgresql-15 postgresql-15-postgis-3 nginx-light cgi-mapserver mapserver-bin spawn-fcgi qgis-server-wms python3-qgis \
		wrk time g++ make git zlib1g-dev libsqlite3-dev zstd >"$peers/log/debian" 2>&1 || why debian "apt-get: $(tail -1 "$peers/log/debian")"
}

# A reason is kept beside the peers, so that later runs can say it too.
why() { echo "$2" >"$peers/log/why-$1"; }

# The version wanted, else what is newest there; without its tests, which are most of it.
tippecanoe_source() {
	local clone="git clone -q --depth 1 --filter=blob:none --no-checkout"
	$clone --branch "$tippecanoe_version" "$tippecanoe_git" "$peers/tippecanoe" ||
		$clone "$tippecanoe_git" "$peers/tippecanoe" || return 1
	git -C "$peers/tippecanoe" sparse-checkout set --no-cone '/*' '!/tests/' &&
		git -C "$peers/tippecanoe" checkout -q
}

build_tippecanoe() {
	have tippecanoe && return
	rm -rf "$peers/tippecanoe"
	if ! tippecanoe_source >"$peers/log/tippecanoe" 2>&1; then
		why tippecanoe "no source: $(grep -a -m1 -E 'fatal|error' "$peers/log/tippecanoe")"
	elif nice make -C "$peers/tippecanoe" -j"$(nproc)" tippecanoe tippecanoe-decode >"$peers/log/tippecanoe" 2>&1; then
		cp "$peers/tippecanoe/tippecanoe" "$peers/tippecanoe/tippecanoe-decode" "$peers/bin/"
		rm -rf "$peers/tippecanoe"
	else
		why tippecanoe "does not compile, see $peers/log/tippecanoe"
	fi
}

build_martin() {
	have martin && return
	if ! command -v cargo >/dev/null; then
		why martin "no cargo"
	elif ! nice cargo install --quiet --locked --root "$peers" --version "$martin_version" --no-default-features \
		--features postgres martin >"$peers/log/martin" 2>&1; then
		why martin "cargo install: $(grep -m1 '^error' "$peers/log/martin")"
	fi
}

# By the module proxy; where that does not have it, from a repository.
build_featureserv() {
	local module=github.com/CrunchyData/pg_featureserv
	have pg_featureserv && return
	if ! command -v go >/dev/null; then
		why pg_featureserv "no go"
		return
	fi
	GOBIN=$peers/bin nice go install "$module@v$featureserv_version" >"$peers/log/pg_featureserv" 2>&1 && return
	rm -rf "$peers/pg_featureserv"
	if ! git clone -q "${PG_FEATURESERV_GIT:-https://$module.git}" "$peers/pg_featureserv" >>"$peers/log/pg_featureserv" 2>&1; then
		why pg_featureserv "no source: $(grep -a -m1 -E '403|404|fatal' "$peers/log/pg_featureserv")"
	elif ! (cd "$peers/pg_featureserv" && nice go build -o "$peers/bin/" .) >>"$peers/log/pg_featureserv" 2>&1; then
		why pg_featureserv "does not compile, see $peers/log/pg_featureserv"
	fi
	rm -rf "$peers/pg_featureserv"
}

# Central has only its library, and GeoTools, which that needs, is not there; the jar that runs is on GitHub alone.
look_for_planetiler() {
	have planetiler || why planetiler "Maven Central has planetiler-core, but neither its GeoTools nor a jar that runs"
}

if [ "${1-}" != list ]; then
	rm -f "$peers"/log/why-*
	from_debian
	build_tippecanoe
	build_martin
	build_featureserv
	look_for_planetiler
fi
for p in $all_peers; do
	printf '%-15s %s\n' "$p" "$(have "$p" && version "$p" || echo "not installed: $(reason "$p")")"
done
