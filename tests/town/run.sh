#!/bin/bash
# The sample town: generated twice, at different times and in different time zones, it is the same to the byte; its
# numbers hold in the files; every layer definition finds its source and fields. Last line: N passed, N failed.
set -u
cd "$(dirname "$0")/../.." || exit 2
make_town=${OUT:-build}/make-town
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# ok NAME COMMAND...
ok() {
	local name=$1
	shift
	if "$@" >"$tmp/log" 2>&1; then
		passed=$((passed + 1))
		echo "ok: $name"
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		tail -n 12 "$tmp/log"
	fi
}

generate() {
	"$make_town" "$tmp/$1" && [ -s "$tmp/$1/expected.json" ]
}

same() {
	(cd "$tmp/one" && sha256sum -- *) >"$tmp/one.sums"
	(cd "$tmp/two" && sha256sum -- *) >"$tmp/two.sums"
	[ "$(wc -l <"$tmp/one.sums")" -ge 40 ] && diff "$tmp/one.sums" "$tmp/two.sums"
}

# Files that must not tell their CRS or encoding.
mute() {
	[ ! -e "$tmp/one/buildings.prj" ] && [ ! -e "$tmp/one/buildings.cpg" ] &&
		[ "$(od -An -tu1 -j29 -N1 "$tmp/one/buildings.dbf" | tr -d ' ')" = 0 ]
}

cyrillic() {
	ogrinfo -ro -al -oo ENCODING=CP1251 "$tmp/one/buildings.shp" | grep -q 'ADDRESS (String) = ул. Липовая, ' &&
		ogrinfo -ro -al "$tmp/one/streets.tab" | grep -q 'name (String) = ул. Липовая' &&
		iconv -f CP1251 -t UTF-8 "$tmp/one/addresses.csv" | grep -q ';ул. Липовая;' &&
		iconv -f CP1251 -t UTF-8 "$tmp/one/lights.mif" | grep -q 'CoordSys Earth Projection 8, 9999,'
}

# Two runs on one day cannot tell whether a DBF header holds the day: it must hold T0's, 2026-06-15.
dated() {
	local dbf
	for dbf in buildings manholes; do
		[ "$(od -An -tu1 -j1 -N3 "$tmp/one/$dbf.dbf" | tr -s ' ')" = " 126 6 15" ] || return 1
	done
}

# The independent pass must notice a lost feature and a changed number.
alive() {
	cp -r "$tmp/two" "$tmp/spoiled"
	"$make_town" --check "$tmp/spoiled" || return 1
	ogrinfo -q "$tmp/spoiled/projects.gpkg" -sql "UPDATE projects SET budget_kop = budget_kop + 1 WHERE id = 'P-0077'"
	ogrinfo -q "$tmp/spoiled/stops.gpkg" -sql "DELETE FROM stops WHERE id = 7"
	! "$make_town" --check "$tmp/spoiled" >"$tmp/spoiled.log" 2>&1 &&
		grep -q 'projects.budget_kop' "$tmp/spoiled.log" && grep -q 'stops.features' "$tmp/spoiled.log"
}

promised() {
	grep -q '"residents": 52000' "$tmp/one/expected.json" && grep -q '"lipovaya_m": 2310.00' "$tmp/one/expected.json" &&
		grep -q '"parts": 1' "$tmp/one/expected.json" && grep -q '"late_transport": 11' "$tmp/one/expected.json"
}

# Every layer names a file that was written, and an id among its fields or columns.
sources() {
	local yaml file bad=0
	for yaml in layers/*.yaml; do
		[ "$yaml" = layers/map.yaml ] && continue
		file=$(sed -nE 's#^(source|raster): ../data-samples/town/##p' "$yaml")
		[ -e "$tmp/one/$file" ] || { echo "$yaml: no $file"; bad=1; }
		grep -q '^raster: ' "$yaml" && continue # it has no features
		grep -q "^  - name: $(sed -n 's/^id_field: //p' "$yaml")\$" "$yaml" || { echo "$yaml: id_field"; bad=1; }
	done
	return $bad
}

# Every field a layer names is a column of its source.
columns() {
	local yaml file have want bad=0
	for yaml in layers/*.yaml; do
		file=$(sed -n 's|^source: ../data-samples/town/||p' "$yaml")
		[ -n "$file" ] || continue
		have=$(ogrinfo -ro -so -al "$tmp/one/$file" | sed -nE 's/^([A-Za-z_0-9]+): (String|Integer|Integer64|Real|Date|DateTime).*/\1/p')
		for want in $(awk '/^  - name: /{if (n) print n; n = $3} /^    column: /{n = $2} END {print n}' "$yaml"); do
			grep -qx "$want" <<<"$have" || { echo "$yaml: $file has no column $want"; bad=1; }
		done
	done
	return $bad
}

t0=$SECONDS
ok "the town is generated and its planted numbers hold in the files" generate one
echo "# generated and checked in $((SECONDS - t0)) s"
export TZ=Asia/Sakhalin
ok "a second town, later and elsewhere on the globe" generate two
unset TZ
ok "both towns are the same to the byte" same
ok "the buildings tell neither CRS nor encoding" mute
ok "Cyrillic comes back from every code page" cyrillic
ok "headers hold the town's day, not today" dated
ok "expected.json holds the promised numbers" promised
ok "the check notices a lost stop and a kopeck" alive
ok "every layer definition finds its file and id" sources
ok "every field of a layer definition is a column of its source" columns
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
