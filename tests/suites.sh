# The suites, one line each, those that mostly wait apart, the longest first: they run beside each other (run.sh).
node="node --test --test-reporter=tap"

# js NAME FILE...: a suite of Node tests; both: also with the program that is built with sanitizers
js() {
	local name=$1
	shift
	${via:-suite} "$name" $node "$@"
}
both() {
	js "$@"
	MUNIMAP=$PWD/$out/asan/munimap js "$1-asan" "${@:2}"
}
# The HTTP floor alone, below the program: of one build
floor() {
	local build=$1
	shift
	HTTP_TEST_SERVER=$PWD/$out$build/tests/http_server js "$@"
}

# what mostly waits
via=aside
js edits-kill tests/http/edits_kill.test.mjs
both left tests/http/left.test.mjs
floor "" wire tests/http/wire.test.mjs
floor /asan wire-asan tests/http/wire.test.mjs
floor "" events tests/http/events.test.mjs
floor /asan events-asan tests/http/events.test.mjs
floor /tsan events-tsan tests/http/events.test.mjs
floor "" slow tests/http/slow.test.mjs
floor /asan slow-asan tests/http/slow.test.mjs
floor /tsan slow-tsan tests/http/slow.test.mjs
via=suite

for name in viewer table late layers search inside draw everywhere time print paper rasters portfolio accessibility cards live archives clusters; do
	js "browser-$name" "tests/browser/$name.test.mjs"
done
suite unit-low-asan bash -c "units $out/asan low"
suite unit-high-asan bash -c "units $out/asan high"
suite unit bash -c "units $out"
both exports tests/http/exports.test.mjs
js gis tests/gis/roundtrip.test.mjs
js plans tests/cli/plans.test.mjs
js qgis-wfs tests/gis/qgis_wfs.test.mjs
js qgis tests/gis/qgis.test.mjs
js mlt tests/mlt/fixtures.test.mjs tests/mlt/tiles.test.mjs
js tiles tests/mvt/tiles.test.mjs tests/mvt/clusters.test.mjs tests/mvt/grids.test.mjs
both bake tests/cli/bake.test.mjs
TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 suite tsan bash -c "units $out/tsan"
both items-search tests/http/items_search.test.mjs
both edits tests/http/edits.test.mjs
both wfs tests/http/wfs.test.mjs
suite nasty bash -c "tests/nasty/run.sh $out"
suite fuzz-seeds tests/fuzz/seeds.sh "$out/asan/tests/fuzz"
js qgis-edits tests/gis/qgis_edits.test.mjs
js owslib tests/gis/owslib.test.mjs
js gis-wfs tests/gis/wfs.test.mjs
js postgis tests/gis/postgis.test.mjs
both postgis-edits tests/gis/postgis_edits.test.mjs
suite town tests/town/run.sh
both live tests/http/live.test.mjs
both api tests/http/features.test.mjs
both openapi tests/http/openapi.test.mjs
both shared tests/http/shared.test.mjs
both crs tests/http/crs.test.mjs
both cql2 tests/http/cql2.test.mjs
both aggregate tests/http/aggregate.test.mjs
both inside tests/http/inside.test.mjs
both measure tests/http/measure.test.mjs
both search tests/http/search.test.mjs
both downloads tests/http/downloads.test.mjs
both functions tests/http/functions.test.mjs
both maps tests/http/maps.test.mjs
both tilesets tests/http/tilesets.test.mjs
js tilehttp tests/http/tiles.test.mjs
both tilefilter tests/http/tile_filter.test.mjs tests/http/filtered_tiles.test.mjs
both hostile tests/http/hostile.test.mjs
js reload tests/http/reload.test.mjs
both archives tests/http/archives.test.mjs
both rasters tests/http/rasters.test.mjs
both plans-access tests/cli/plans_access.test.mjs
both print tests/http/print.test.mjs
both print-object tests/http/print_object.test.mjs
js plan-schema tests/http/plan_schema.test.mjs
both print-cli tests/cli/print.test.mjs
js mvt tests/mvt/fixtures.test.mjs tests/mvt/checker.test.mjs
js coverage tests/mvt/coverage.test.mjs
js labels tests/mvt/labels.test.mjs
js style tests/browser/style.test.mjs
suite style-properties node tests/style/make_properties.mjs --check
STYLE_FIXTURES=$PWD/$out/style-fixtures js style-reference tests/style/reference.test.mjs
STYLE_FIXTURES=$PWD/$out/asan/style-fixtures js style-reference-asan tests/style/reference.test.mjs
suite style-expressions tests/style/run.sh "$out"
suite style-expressions-asan tests/style/run.sh "$out/asan"
