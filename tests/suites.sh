# The suites above the unit tests, one line each; read by run.sh.
node="node --test --test-reporter=tap"
export HTTP_TEST_SERVER=$PWD/$out/tests/http_server

TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 suite tsan bash -c "units $out/tsan"
suite fuzz-seeds tests/fuzz/run.sh "$out/fuzz" 0
suite town tests/town/run.sh
suite wire $node tests/http/wire.test.mjs
HTTP_TEST_SERVER=$PWD/$out/asan/tests/http_server suite wire-asan $node tests/http/wire.test.mjs
suite events $node tests/http/events.test.mjs
HTTP_TEST_SERVER=$PWD/$out/asan/tests/http_server suite events-asan $node tests/http/events.test.mjs
HTTP_TEST_SERVER=$PWD/$out/tsan/tests/http_server suite events-tsan $node tests/http/events.test.mjs
suite slow $node tests/http/slow.test.mjs
HTTP_TEST_SERVER=$PWD/$out/asan/tests/http_server suite slow-asan $node tests/http/slow.test.mjs
HTTP_TEST_SERVER=$PWD/$out/tsan/tests/http_server suite slow-tsan $node tests/http/slow.test.mjs
suite live $node tests/http/live.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite live-asan $node tests/http/live.test.mjs
suite api $node tests/http/features.test.mjs
suite edits-kill $node tests/http/edits_kill.test.mjs
suite edits $node tests/http/edits.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite edits-asan $node tests/http/edits.test.mjs
suite openapi $node tests/http/openapi.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite openapi-asan $node tests/http/openapi.test.mjs
suite wfs $node tests/http/wfs.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite wfs-asan $node tests/http/wfs.test.mjs
suite crs $node tests/http/crs.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite crs-asan $node tests/http/crs.test.mjs
suite cql2 $node tests/http/cql2.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite cql2-asan $node tests/http/cql2.test.mjs
suite aggregate $node tests/http/aggregate.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite aggregate-asan $node tests/http/aggregate.test.mjs
suite downloads $node tests/http/downloads.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite downloads-asan $node tests/http/downloads.test.mjs
suite exports $node tests/http/exports.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite exports-asan $node tests/http/exports.test.mjs
suite functions $node tests/http/functions.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite functions-asan $node tests/http/functions.test.mjs
suite tilesets $node tests/http/tilesets.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite tilesets-asan $node tests/http/tilesets.test.mjs
suite tilehttp $node tests/http/tiles.test.mjs
suite tilefilter $node tests/http/tile_filter.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite tilefilter-asan $node tests/http/tile_filter.test.mjs
suite hostile $node tests/http/hostile.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite hostile-asan $node tests/http/hostile.test.mjs
suite reload $node tests/http/reload.test.mjs
suite archives $node tests/http/archives.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite archives-asan $node tests/http/archives.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite api-asan $node tests/http/features.test.mjs
suite mvt $node tests/mvt/fixtures.test.mjs tests/mvt/checker.test.mjs
suite bake $node tests/cli/bake.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite bake-asan $node tests/cli/bake.test.mjs
suite tiles $node tests/mvt/tiles.test.mjs tests/mvt/clusters.test.mjs tests/mvt/grids.test.mjs
suite coverage $node tests/mvt/coverage.test.mjs
suite labels $node tests/mvt/labels.test.mjs
suite mlt $node tests/mlt/fixtures.test.mjs tests/mlt/tiles.test.mjs
suite nasty bash -c "tests/nasty/run.sh $out"
suite gis $node tests/gis/roundtrip.test.mjs
suite qgis $node tests/gis/qgis.test.mjs
suite qgis-wfs $node tests/gis/qgis_wfs.test.mjs
suite qgis-edits $node tests/gis/qgis_edits.test.mjs
suite owslib $node tests/gis/owslib.test.mjs
suite gis-wfs $node tests/gis/wfs.test.mjs
suite postgis $node tests/gis/postgis.test.mjs
suite postgis-edits $node tests/gis/postgis_edits.test.mjs
MUNIMAP=$PWD/$out/asan/munimap suite postgis-edits-asan $node tests/gis/postgis_edits.test.mjs
suite style $node tests/browser/style.test.mjs
suite browser $node tests/browser/viewer.test.mjs tests/browser/archives.test.mjs tests/browser/live.test.mjs tests/browser/time.test.mjs tests/browser/portfolio.test.mjs tests/browser/accessibility.test.mjs tests/browser/everywhere.test.mjs tests/browser/cards.test.mjs
