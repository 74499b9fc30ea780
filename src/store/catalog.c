#include "store/catalog.h"

#include "base/arena.h"
#include "base/lock.h"
#include "base/text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct mm_catalog {
	atomic_uint refs;
	uint64_t version;
	struct mm_map_info map;
	struct mm_entry *entry; /* sorted by id */
	size_t count;
	struct mm_arena mem; /* every text */
};

struct mm_catalog_slot {
	pthread_mutex_t mu; /* guards `cur`; held for two instructions, never across I/O */
	struct mm_catalog *cur;
	atomic_uint_least64_t turn; /* written under `mu` */
};

static const char *copy(struct mm_catalog *c, const char *text)
{
	return text ? mm_arena_text(&c->mem, text, strlen(text)) : mm_arena_text(&c->mem, "", 0);
}

static struct mm_title copy_title(struct mm_catalog *c, const struct mm_title *t)
{
	return (struct mm_title){copy(c, t->ru), copy(c, t->en)};
}

static void copy_grids(struct mm_catalog *c, const struct mm_map_info *map)
{
	struct mm_tile_matrix_set *grid =
	    mm_arena_array(&c->mem, map->grid_count ? map->grid_count : 1, sizeof(*grid));

	for (size_t i = 0; i < map->grid_count && grid; i++)
		if (!mm_tile_matrix_set_copy(&map->grid[i], &c->mem, &grid[i]))
			return; /* the arena says so at the end */
	c->map.grid = grid;
}

static void copy_map(struct mm_catalog *c, const struct mm_map_info *map)
{
	struct mm_theme *theme =
	    mm_arena_array(&c->mem, map->theme_count ? map->theme_count : 1, sizeof(*theme));

	c->map = *map;
	c->map.title = copy_title(c, &map->title);
	c->map.description = copy_title(c, &map->description);
	c->map.attribution = copy_title(c, &map->attribution);
	c->map.crs_code = copy(c, map->crs_code);
	c->map.crs_name = copy(c, map->crs_name);
	c->map.crs_definition = copy(c, map->crs_definition);
	for (size_t i = 0; i < map->theme_count && theme; i++)
		theme[i] = (struct mm_theme){copy(c, map->theme[i].id), copy_title(c, &map->theme[i].title)};
	c->map.theme = theme;
	copy_grids(c, map);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct mm_entry *)a)->id, ((const struct mm_entry *)b)->id);
}

bool mm_entry_serves(const struct mm_entry *e)
{
	return e->layer || e->raster || (e->archive && mm_tile_archive_is_whole(e->archive));
}

struct mm_catalog *mm_catalog_new(uint64_t version, const struct mm_map_info *map,
				  const struct mm_entry *entry, size_t entry_count)
{
	struct mm_catalog *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	atomic_init(&c->refs, 1);
	mm_arena_init(&c->mem, 0);
	c->version = version;
	copy_map(c, map);
	c->entry = mm_arena_array(&c->mem, entry_count ? entry_count : 1, sizeof(*c->entry));
	for (size_t i = 0; i < entry_count && c->entry; i++) {
		c->entry[i] = entry[i];
		c->entry[i].id = copy(c, entry[i].id);
		c->entry[i].error = copy(c, entry[i].error);
		c->entry[i].layer = entry[i].layer ? mm_layer_ref(entry[i].layer) : NULL;
		c->entry[i].archive = entry[i].archive ? mm_tile_archive_ref(entry[i].archive) : NULL;
		c->entry[i].raster = entry[i].raster ? mm_raster_ref(entry[i].raster) : NULL;
		c->entry[i].history = entry[i].history ? mm_history_ref(entry[i].history) : NULL;
		c->count++;
	}
	if (!c->entry || c->mem.exhausted) {
		(void)mm_catalog_unref(c);
		return NULL;
	}
	qsort(c->entry, c->count, sizeof(*c->entry), by_id);
	return c;
}

uint64_t mm_catalog_version(const struct mm_catalog *c)
{
	return c->version;
}

const struct mm_map_info *mm_catalog_map(const struct mm_catalog *c)
{
	return &c->map;
}

const struct mm_tile_matrix_set *mm_catalog_grid(const struct mm_catalog *c, size_t i)
{
	size_t builtin = 0;

	while (mm_tile_matrix_set_builtin(builtin))
		builtin++;
	if (i < builtin)
		return mm_tile_matrix_set_builtin(i);
	return i - builtin < c->map.grid_count ? &c->map.grid[i - builtin] : NULL;
}

const struct mm_tile_matrix_set *mm_catalog_find_grid(const struct mm_catalog *c, const char *id)
{
	const struct mm_tile_matrix_set *s;

	for (size_t i = 0; (s = mm_catalog_grid(c, i)); i++)
		if (strcmp(s->id, id) == 0)
			return s;
	return NULL;
}

size_t mm_catalog_count(const struct mm_catalog *c)
{
	return c->count;
}

const struct mm_entry *mm_catalog_entry(const struct mm_catalog *c, size_t i)
{
	return &c->entry[i];
}

size_t mm_catalog_index(const struct mm_catalog *c, const char *id, size_t n)
{
	size_t from = 0, to = c->count;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const char *have = c->entry[middle].id;
		int order = strncmp(have, id, n);

		if (!order && have[n])
			order = 1;
		if (!order)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return SIZE_MAX;
}

const struct mm_layer *mm_catalog_hides_labels_of(const struct mm_catalog *c, const struct mm_entry *e)
{
	const size_t n = strlen(e->id), suffix = strlen(MM_LABEL_SUFFIX);
	const size_t i = mm_text_ends(e->id, MM_LABEL_SUFFIX) && n > suffix && (e->layer || e->archive)
			     ? mm_catalog_index(c, e->id, n - suffix)
			     : SIZE_MAX;
	const struct mm_layer *l = i == SIZE_MAX ? NULL : c->entry[i].layer;

	return l && mm_layer_has_polygons(l) ? l : NULL;
}

static struct mm_box box_of_rasters(const struct mm_catalog *c, const bool *is_on)
{
	struct mm_box all = mm_box_empty();

	for (size_t i = 0; i < c->count; i++)
		if ((!is_on || is_on[i]) && c->entry[i].raster)
			mm_box_merge(&all, &mm_raster_info(c->entry[i].raster)->box_deg);
	return all;
}

struct mm_box mm_catalog_box_deg(const struct mm_catalog *c, const bool *is_on)
{
	struct mm_box all = mm_box_empty();

	for (size_t i = 0; i < c->count; i++) {
		const struct mm_layer *l = c->entry[i].layer;
		const struct mm_box one = l ? mm_layer_box_deg(l) : mm_box_empty();

		if ((!is_on || is_on[i]) && !mm_box_is_empty(&one))
			mm_box_merge(&all, &one);
	}
	return mm_box_is_empty(&all) ? box_of_rasters(c, is_on) : all;
}

const struct mm_entry *mm_catalog_find_entry(const struct mm_catalog *c, const char *id)
{
	const size_t i = mm_catalog_index(c, id, strlen(id));

	return i == SIZE_MAX ? NULL : &c->entry[i];
}

const struct mm_layer *mm_catalog_find(const struct mm_catalog *c, const char *id)
{
	const struct mm_entry *found = mm_catalog_find_entry(c, id);

	return found ? found->layer : NULL;
}

struct mm_tile_archive *mm_catalog_find_archive(const struct mm_catalog *c, const char *id)
{
	const struct mm_entry *found = mm_catalog_find_entry(c, id);

	return found ? found->archive : NULL;
}

struct mm_raster *mm_catalog_find_raster(const struct mm_catalog *c, const char *id)
{
	const struct mm_entry *found = mm_catalog_find_entry(c, id);

	return found ? found->raster : NULL;
}

const struct mm_history *mm_catalog_history(const struct mm_catalog *c, const char *id)
{
	const struct mm_entry *found = mm_catalog_find_entry(c, id);

	return found ? found->history : NULL;
}

struct mm_catalog_slot *mm_catalog_slot_new(void)
{
	struct mm_catalog_slot *s = calloc(1, sizeof(*s));

	if (s && !mm_lock_init_short(&s->mu)) {
		free(s);
		return NULL;
	}
	return s;
}

struct mm_catalog_slot *mm_catalog_slot_free(struct mm_catalog_slot *s)
{
	if (!s)
		return NULL;
	(void)mm_catalog_unref(s->cur);
	(void)pthread_mutex_destroy(&s->mu);
	free(s);
	return NULL;
}

uint64_t mm_catalog_turn(const struct mm_catalog_slot *s)
{
	return atomic_load_explicit(&s->turn, memory_order_acquire);
}

const struct mm_catalog *mm_catalog_acquire(struct mm_catalog_slot *s)
{
	struct mm_catalog *c;

	(void)pthread_mutex_lock(&s->mu);
	c = s->cur;
	if (c)
		(void)atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	(void)pthread_mutex_unlock(&s->mu);
	return c;
}

const struct mm_catalog *mm_catalog_unref(const struct mm_catalog *c)
{
	struct mm_catalog *mut = (struct mm_catalog *)(uintptr_t)c;

	if (!mut || atomic_fetch_sub_explicit(&mut->refs, 1, memory_order_acq_rel) != 1)
		return NULL;
	for (size_t i = 0; i < mut->count; i++) {
		(void)mm_layer_unref(mut->entry[i].layer);
		(void)mm_tile_archive_unref(mut->entry[i].archive);
		(void)mm_raster_unref(mut->entry[i].raster);
		(void)mm_history_unref(mut->entry[i].history);
	}
	mm_arena_release(&mut->mem);
	free(mut);
	return NULL;
}

void mm_catalog_publish(struct mm_catalog_slot *s, struct mm_catalog *next)
{
	struct mm_catalog *old;

	(void)pthread_mutex_lock(&s->mu);
	old = s->cur;
	s->cur = next;
	(void)atomic_fetch_add(&s->turn, 1);
	(void)pthread_mutex_unlock(&s->mu);
	(void)mm_catalog_unref(old); /* outside the lock: unmapping a layer can take long */
}
