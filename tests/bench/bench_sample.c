#include "geo/mercator.h"
#include "store/layer.h"
#include "tile/tile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Prints the addresses, z/x/y a line, of tiles in which some snapshot has something, drawn at random with a
 * fixed seed, so that all programs are asked for the same tiles:
 *
 *     bench_sample ZOOM COUNT SNAPSHOT...
 *
 * All tiles come, in a random order, when there are no more than COUNT.
 */

enum { LAYERS_MAX = MM_TILE_LAYERS_MAX, TILES_MAX = 1 << 24 };

struct sample {
	struct mm_layer *layer[LAYERS_MAX];
	size_t layer_count;
	struct mm_tile_id *id;
	size_t count;
};

static bool found(void *ctx, uint32_t row)
{
	(void)row;
	*(bool *)ctx = true;
	return false;
}

static bool is_filled(const struct sample *s, struct mm_tile_id id)
{
	struct mm_world_box window = mm_tile_id_window(id, 0);
	bool is = false;

	for (size_t i = 0; i < s->layer_count && !is; i++)
		mm_rtree_search(mm_layer_rtree(s->layer[i]), &window, found, &is);
	return is;
}

static int list_filled(struct sample *s, uint32_t z)
{
	struct mm_box all = mm_box_empty();
	struct mm_world_box w;
	uint32_t shift = 32 - z;

	for (size_t i = 0; i < s->layer_count; i++) {
		struct mm_box box = mm_layer_box_deg(s->layer[i]);

		mm_box_merge(&all, &box);
	}
	w = mm_world_box_around(&all);
	for (uint64_t y = (uint64_t)w.min_y >> shift; y <= (uint64_t)w.max_y >> shift; y++)
		for (uint64_t x = (uint64_t)w.min_x >> shift; x <= (uint64_t)w.max_x >> shift; x++) {
			struct mm_tile_id id = {z, (uint32_t)x, (uint32_t)y};

			if (s->count == TILES_MAX)
				return 1;
			if (is_filled(s, id))
				s->id[s->count++] = id;
		}
	return 0;
}

/* xorshift64*, Vigna 2016 */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717u;
}

static void print_some(struct sample *s, size_t wanted)
{
	uint64_t state = 20240229;

	for (size_t i = 0; i < s->count && i < wanted; i++) {
		size_t at = i + (size_t)(next_random(&state) % (s->count - i));
		struct mm_tile_id id = s->id[at];

		s->id[at] = s->id[i];
		(void)printf("%u/%u/%u\n", id.z, id.x, id.y);
	}
}

int main(int argc, char **argv)
{
	struct sample s = {.id = malloc(TILES_MAX * sizeof(struct mm_tile_id))};
	int bad = argc < 4 || !s.id;

	for (int i = 3; i < argc && !bad && s.layer_count < LAYERS_MAX; i++) {
		struct mm_err err = {0};

		bad = mm_layer_open_quick(argv[i], &s.layer[s.layer_count], &err) != MM_OK;
		if (bad)
			(void)fprintf(stderr, "%s: %s\n", argv[i], err.msg);
		else
			s.layer_count++;
	}
	bad = bad || list_filled(&s, (uint32_t)strtoul(argv[1], NULL, 10));
	if (bad)
		(void)fprintf(stderr, "bench_sample ZOOM COUNT SNAPSHOT...\n");
	else
		print_some(&s, strtoul(argv[2], NULL, 10));
	for (size_t i = 0; i < s.layer_count; i++)
		(void)mm_layer_unref(s.layer[i]);
	free(s.id);
	return bad;
}
