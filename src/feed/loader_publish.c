#include "base/hash.h"
#include "feed/loader_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GRIDS_BYTES_MAX = 1 << 20 };

struct mm_entry mm_slot_entry(const struct mm_slot *s, char error[MM_LOADER_ERROR_MAX])
{
	/* while the YAML is wrong nothing else about the layer is known for sure */
	(void)snprintf(error, MM_LOADER_ERROR_MAX, "%s", *s->yaml_error ? s->yaml_error : s->source_error);
	return (struct mm_entry){.id = s->id,
				 .layer = s->layer,
				 .archive = s->archive,
				 .raster = s->raster,
				 .history = s->history,
				 .error = error,
				 .load_seconds = s->from_cache ? 0 : s->seconds,
				 .from_cache = s->from_cache,
				 .is_editable = s->def && s->def->is_editable};
}

/* Mercator is in metres only by name. */
static bool is_metric(const struct mm_crs *c)
{
	return !c->is_geographic && c->metres_per_unit == 1 && strcmp(c->code, "EPSG:3857") != 0;
}

/* The projected CRS that most layers are in; NULL: none. */
static const char *most_common(const struct mm_loader *l)
{
	const char *best = NULL;
	size_t best_count = 0;

	for (size_t i = 0; i < l->slot_count; i++) {
		const char *a = l->slot[i]->layer ? mm_layer_schema(l->slot[i]->layer)->crs_definition : NULL;
		struct mm_crs crs;
		size_t count = 0;

		for (size_t k = 0; a && k < l->slot_count; k++)
			count += l->slot[k]->layer &&
				 strcmp(mm_layer_schema(l->slot[k]->layer)->crs_definition, a) == 0;
		if (count <= best_count || mm_crs_parse(l->proj, a, &crs, NULL))
			continue;
		if (is_metric(&crs)) {
			best = a;
			best_count = count;
		}
		mm_crs_release(&crs);
	}
	return best;
}

/* Where all data lies, lon/lat. */
static struct mm_box data_box(const struct mm_loader *l)
{
	struct mm_box all = mm_box_empty();

	for (size_t i = 0; i < l->slot_count; i++)
		if (l->slot[i]->layer) {
			struct mm_box b = mm_layer_box_deg(l->slot[i]->layer);

			if (!mm_box_is_empty(&b))
				mm_box_merge(&all, &b);
		}
	return all;
}

/* The UTM zone of the middle of all data, else of the view, else of Moscow. */
static void utm(const struct mm_loader *l, char *ret, size_t size)
{
	const struct mm_map_def *m = &l->reading->map;
	const struct mm_box all = data_box(l);
	double lon = m->has_view ? m->view_lon_deg : 37.6, lat = m->has_view ? m->view_lat_deg : 55.7;
	int zone;

	if (!mm_box_is_empty(&all) && !m->has_view) {
		lon = (all.min_x + all.max_x) / 2;
		lat = (all.min_y + all.max_y) / 2;
	}
	zone = (int)fmod(floor((lon + 180) / 6), 60) + 1;
	zone = zone < 1 ? 1 : zone > 60 ? 60 : zone;
	(void)snprintf(ret, size, "EPSG:%d", (lat < 0 ? 32700 : 32600) + zone);
}

static enum mm_code find_crs(struct mm_loader *l, struct mm_crs *ret, struct mm_err *reterr)
{
	const char *common = *l->reading->map.crs ? NULL : most_common(l);
	char code[32];

	if (*l->reading->map.crs)
		return mm_crs_parse(l->proj, l->reading->map.crs, ret, reterr);
	if (common)
		return mm_crs_parse(l->proj, common, ret, reterr);
	utm(l, code, sizeof(code));
	return mm_crs_parse(l->proj, code, ret, reterr);
}

/* Equal for equal content, also after a restart: answers are tagged with it. */
static uint64_t version_of(const struct mm_loader *l, const struct mm_entry *entry, size_t n, const char *crs)
{
	uint64_t v = mm_hash64(crs, strlen(crs), l->reading->map.hash);

	for (size_t i = 0; i < n; i++) {
		const struct mm_tile_archive *archive = entry[i].archive;
		uint64_t layer[] = {entry[i].layer ? mm_layer_version(entry[i].layer) : 0,
				    entry[i].layer    ? mm_layer_identity(entry[i].layer)
				    : archive         ? mm_tile_archive_info(archive)->identity
				    : entry[i].raster ? mm_raster_info(entry[i].raster)->identity
						      : 0};

		v = mm_hash64(entry[i].id, strlen(entry[i].id), v);
		v = mm_hash64(entry[i].error, strlen(entry[i].error), v);
		v = mm_hash64(layer, sizeof(layer), v);
	}
	return v;
}

/* Lays out the map's own grids; one that cannot be is reported and left out. */
static size_t build_grids(struct mm_loader *l, struct mm_arena *mem, struct mm_tile_matrix_set *ret)
{
	const struct mm_map_def *m = &l->reading->map;
	const struct mm_box box = data_box(l);
	size_t n = 0;

	for (size_t i = 0; i < m->grid_count; i++) {
		struct mm_err err = {0};
		enum mm_code rc = mm_tile_grid_build(&m->grid[i], l->proj, &box, mem, &ret[n], &err);

		if (!rc)
			n++;
		else if (rc != MM_E_NOT_FOUND && l->events.on_error)
			l->events.on_error(l->events.ctx, &err);
	}
	return n;
}

static struct mm_catalog *build(struct mm_loader *l, const struct mm_crs *crs)
{
	const struct mm_map_def *m = &l->reading->map;
	struct mm_theme *theme = calloc(m->theme_count + 1, sizeof(*theme));
	struct mm_entry *entry = calloc(l->slot_count + 1, sizeof(*entry));
	char *errors = calloc(l->slot_count + 1, MM_LOADER_ERROR_MAX);
	struct mm_tile_matrix_set *grid = calloc(m->grid_count + 1, sizeof(*grid));
	struct mm_map_info info = {.title = m->title,
				   .description = m->description,
				   .attribution = m->attribution,
				   .crs_code = crs->code,
				   .crs_name = crs->name,
				   .crs_definition = crs->definition,
				   .has_view = m->has_view,
				   .view_lon_deg = m->view_lon_deg,
				   .view_lat_deg = m->view_lat_deg,
				   .view_zoom = m->view_zoom,
				   .theme = theme,
				   .theme_count = m->theme_count,
				   .requires_if_match = m->requires_if_match,
				   .grid = grid};
	struct mm_catalog *c = NULL;
	size_t n = 0;
	MM_ARENA_SCOPE(mem, GRIDS_BYTES_MAX);

	if (theme && entry && errors && grid) {
		info.grid_count = build_grids(l, &mem, grid);
		for (size_t i = 0; i < m->theme_count; i++)
			theme[i] = (struct mm_theme){.id = m->theme[i].id, .title = m->theme[i].title};
		for (size_t i = 0; i < l->slot_count; i++)
			if (!l->slot[i]->is_gone) {
				entry[n] = mm_slot_entry(l->slot[i], errors + n * MM_LOADER_ERROR_MAX);
				n++;
			}
		c = mm_catalog_new(version_of(l, entry, n, crs->definition), &info, entry, n);
	}
	free(theme);
	free(entry);
	free(errors);
	free(grid);
	return c;
}

void mm_loader_publish(struct mm_loader *l)
{
	struct mm_err err = {0};
	struct mm_crs crs;
	struct mm_catalog *c;
	const struct mm_catalog *held;

	if (find_crs(l, &crs, &err)) {
		if (l->events.on_error)
			l->events.on_error(l->events.ctx, &err);
		return;
	}
	c = build(l, &crs);
	mm_crs_release(&crs);
	if (!c)
		return; /* out of memory: must_publish stays set */
	l->must_publish = false;
	mm_catalog_publish(l->catalog, c);
	held = mm_catalog_acquire(l->catalog);
	if (held && l->events.on_publish)
		l->events.on_publish(l->events.ctx, held);
	(void)mm_catalog_unref(held);
}
