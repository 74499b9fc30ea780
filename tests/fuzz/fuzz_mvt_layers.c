/* libFuzzer: any bytes as a vector tile whose layers are named, and as the metadata of an archive. What is
 * named lies within the tile, and what is told of layers is JSON. */
#include "archive/about.h"
#include "archive/mvt_layers.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void name_layers(const uint8_t *data, size_t size)
{
	struct mm_mvt_name *name = calloc(MM_MVT_LAYERS_MAX, sizeof(*name));
	struct mm_err err = {0};
	size_t count = 0;

	MM_CHECK(name);
	if (mm_mvt_layer_names(data, size, name, &count, &err) == MM_OK) {
		for (size_t i = 0; i < count; i++)
			MM_CHECK((const uint8_t *)name[i].text > data && name[i].len > 0 &&
				 (const uint8_t *)name[i].text + name[i].len <= data + size);
	} else {
		MM_CHECK(err.msg[0] != '\0');
	}
	free(name);
}

static void read_about(const char *json, size_t size)
{
	struct mm_archive_about about = {0};
	struct mm_err err = {0};
	MM_ARENA_SCOPE(mem, 1 << 20);

	if (mm_archive_about_read(json, size, &mem, &about, &err)) {
		MM_CHECK(err.msg[0] != '\0');
		return;
	}
	MM_CHECK(!strchr(about.attribution, '<') && !strchr(about.description, '<'));
	(void)!mm_archive_about_add(json, size, &mem, &about, NULL);
	for (size_t i = 0; i < about.layer_count; i++) {
		json_t *o = json_loads(about.layer[i].json, 0, NULL);

		MM_CHECK(json_is_string(json_object_get(o, "id")) &&
			 json_is_object(json_object_get(o, "fields")));
		json_decref(o);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mm_archive_about about = {0};

	name_layers(data, size);
	read_about((const char *)data, size);
	mm_archive_about_bounds((const char *)data, size, &about);
	MM_CHECK(about.box_deg.min_x >= -180 && about.box_deg.max_x <= 180 &&
		 about.box_deg.min_x <= about.box_deg.max_x);
	return 0;
}
