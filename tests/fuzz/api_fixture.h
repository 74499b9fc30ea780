/* A map of one small layer, "fixture", for targets that drive handlers of the interfaces as a whole. */
#ifndef MM_TESTS_FUZZ_API_FIXTURE_H
#define MM_TESTS_FUZZ_API_FIXTURE_H

#include "api/api.h"
#include "api/features/pages.h"
#include "feed/edit.h"
#include "geo/kit.h"

#include "../unit/layer_fixture.h"

/* False: no memory. */
static bool api_fixture(struct mm_api *api)
{
	static const struct mm_map_info map = {.title = {"Карта", ""},
					       .description = {"", ""},
					       .attribution = {"", ""},
					       .crs_code = "EPSG:28407",
					       .crs_name = "",
					       .crs_definition = "EPSG:28407"};
	struct mm_layer_build *build = fixture_begin("EPSG:28407");
	struct mm_entry entry = {.id = "fixture", .error = "", .is_editable = true};

	fixture_point(build, 1, "a", 1, 7506936, 5796829);
	fixture_point(build, 2, NULL, 2, 7506937, 5796830);
	entry.layer = fixture_end(build);
	api->catalog = mm_catalog_slot_new();
	api->kits = mm_kits_new();
	api->pages = mm_pages_new();
	api->editor = mm_editor_new(api->catalog);
	api->edit_is_local = true;
	if (!entry.layer || !api->catalog || !api->kits || !api->pages || !api->editor)
		return false;
	mm_catalog_publish(api->catalog, mm_catalog_new(1, &map, &entry, 1));
	return true;
}

#endif
