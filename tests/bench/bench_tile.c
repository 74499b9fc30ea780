#include "base/clock.h"
#include "geo/mercator.h"
#include "grid/shape.h"
#include "tile/tile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Makes every tile of some snapshots, zoom by zoom, without compression, and prints what it costs:
 *
 *     bench_tile [-o FOLDER] [-z FIRST-LAST | -t LIST [-s SECONDS]] SNAPSHOT...
 *
 * -o FOLDER      also writes the tiles, FOLDER/z-x-y.mvt, for tests/mvt/check_files.mjs
 * -z FIRST-LAST  zooms, default 0-16
 * -t LIST        only the tiles of a file, z/x/y a line: once all of them before the clock starts, then again
 * and again for -s SECONDS, default 0.5
 *
 * "ns/vertex" is the time divided by the source vertices of all features whose box meets the tile.
 */

enum { LAYERS_MAX = MM_TILE_LAYERS_MAX, BYTES_MAX = 64 << 20 };

struct bench {
	struct mm_layer *layer[LAYERS_MAX];
	const struct mm_layer *borrowed[LAYERS_MAX];
	size_t count;
	const char *folder, *list;
	bool is_timed; /* what is counted has been counted */
	double seconds;
	unsigned first_zoom, last_zoom;
	struct mm_tile_maker *maker;
	struct mm_buf out;
};

struct figures {
	uint64_t tiles, filled, bytes, largest, vertices;
	int64_t ns, slowest_ns;
	struct mm_tile_count count;
};

static bool add_vertices(void *ctx, uint32_t row)
{
	void **pair = ctx;
	struct mm_world_geom g;

	mm_layer_geom_world(pair[0], row, &g);
	*(uint64_t *)pair[1] += g.vertex_count;
	return true;
}

static void count_vertices(const struct bench *b, struct mm_tile_id id, uint64_t *vertices)
{
	struct mm_world_box window = mm_tile_id_window(id, MM_TILE_BUFFER);

	for (size_t i = 0; i < b->count; i++) {
		void *pair[2] = {b->layer[i], vertices};

		mm_rtree_search(mm_layer_rtree(b->layer[i]), &window, add_vertices, pair);
	}
}

static int write_tile(const struct bench *b, struct mm_tile_id id)
{
	char path[600];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%u-%u-%u.mvt", b->folder, id.z, id.x, id.y);
	f = fopen(path, "wb");
	if (!f)
		return 1;
	n = fwrite(b->out.data, 1, b->out.len, f);
	return fclose(f) != 0 || n != b->out.len;
}

static int one_tile(struct bench *b, struct mm_tile_id id, struct figures *f)
{
	const struct mm_tile_ask ask = {.layer = b->borrowed, .layer_count = b->count, .id = id};
	struct mm_tile_count count = {0};
	struct mm_err err = {0};
	int64_t t0 = mm_clock_mono_ns(), ns;

	mm_buf_clear(&b->out);
	if (mm_tile_make(b->maker, &ask, &b->out, &count, &err)) {
		(void)fprintf(stderr, "%u/%u/%u: %s\n", id.z, id.x, id.y, err.msg);
		return 1;
	}
	ns = mm_clock_mono_ns() - t0;
	f->ns += ns;
	f->slowest_ns = ns > f->slowest_ns ? ns : f->slowest_ns;
	f->tiles++;
	f->filled += b->out.len > 0;
	f->bytes += b->out.len;
	f->largest = b->out.len > f->largest ? b->out.len : f->largest;
	f->count.read += count.read;
	f->count.kept += count.kept;
	f->count.thinned += count.thinned;
	f->count.dropped += count.dropped;
	f->count.repaired += count.repaired;
	f->count.lost += count.lost;
	if (!b->is_timed)
		count_vertices(b, id, &f->vertices);
	return b->folder && b->out.len ? write_tile(b, id) : 0;
}

static void print_figures(unsigned z, const struct figures *f)
{
	(void)printf("z%-2u %8lu tiles %9.2f /s %6.1f ns/vertex %8.2f ms slowest %9lu B largest %7lu kept "
		     "%7lu thinned %5lu repaired %3lu lost %3lu dropped %10lu bytes\n",
		     z, f->tiles, (double)f->tiles / ((double)f->ns / 1e9),
		     f->vertices ? (double)f->ns / (double)f->vertices : 0, (double)f->slowest_ns / 1e6,
		     f->largest, f->count.kept, f->count.thinned, f->count.repaired, f->count.lost,
		     f->count.dropped, f->bytes);
}

static int one_zoom(struct bench *b, unsigned z)
{
	struct mm_box all = mm_box_empty();
	struct mm_world_box w;
	struct figures f = {0};
	uint32_t shift = 32 - z;

	for (size_t i = 0; i < b->count; i++) {
		struct mm_box box = mm_layer_box_deg(b->layer[i]);

		mm_box_merge(&all, &box);
	}
	w = mm_world_box_around(&all);
	for (uint64_t y = (uint64_t)w.min_y >> shift; y <= (uint64_t)w.max_y >> shift; y++)
		for (uint64_t x = (uint64_t)w.min_x >> shift; x <= (uint64_t)w.max_x >> shift; x++)
			if (one_tile(b, (struct mm_tile_id){z, (uint32_t)x, (uint32_t)y}, &f))
				return 1;
	print_figures(z, &f);
	return 0;
}

static int all_of_list(struct bench *b, FILE *in, struct figures *f, unsigned *ret_z)
{
	struct mm_tile_id id = {0};

	rewind(in);
	while (fscanf(in, "%2u/%8u/%8u", &id.z, &id.x, &id.y) == 3)
		if (id.z > MM_TILE_MAX_ZOOM || one_tile(b, id, f))
			return 1;
	*ret_z = id.z;
	return f->tiles == 0;
}

/* What the first round counted, with the mean time of the others. */
static int one_list(struct bench *b)
{
	struct figures first = {0}, timed = {0};
	unsigned z = 0;
	FILE *in = fopen(b->list, "r");
	int bad = !in || all_of_list(b, in, &first, &z);

	b->is_timed = true;
	while (!bad && (double)timed.ns < b->seconds * 1e9)
		bad = all_of_list(b, in, &timed, &z);
	if (in)
		(void)fclose(in);
	if (bad) {
		(void)fprintf(stderr, "%s: cannot be read, or holds what is no tile\n", b->list);
		return 1;
	}
	if (timed.tiles)
		first.ns = timed.ns / (int64_t)(timed.tiles / first.tiles);
	print_figures(z, &first);
	return 0;
}

static int open_layers(struct bench *b, char **path, int count)
{
	for (int i = 0; i < count && b->count < LAYERS_MAX; i++) {
		struct mm_err err = {0};

		if (mm_layer_open_quick(path[i], &b->layer[b->count], &err)) {
			(void)fprintf(stderr, "%s: %s\n", path[i], err.msg);
			return 1;
		}
		b->borrowed[b->count] = b->layer[b->count];
		b->count++;
	}
	return b->count == 0;
}

int main(int argc, char **argv)
{
	struct bench b = {.last_zoom = 16, .seconds = 0.5};
	int at = 1, bad;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (!strcmp(argv[at], "-s"))
			b.seconds = strtod(argv[at + 1], NULL);
		else if (!strcmp(argv[at], "-o"))
			b.folder = argv[at + 1];
		else if (!strcmp(argv[at], "-t"))
			b.list = argv[at + 1], b.last_zoom = 0;
		else if (!strcmp(argv[at], "-z") &&
			 sscanf(argv[at + 1], "%2u-%2u", &b.first_zoom, &b.last_zoom) != 2)
			b.last_zoom = MM_TILE_MAX_ZOOM + 1;
	}
	if (at >= argc || b.last_zoom > MM_TILE_MAX_ZOOM) {
		(void)fprintf(stderr,
			      "bench_tile [-o FOLDER] [-z FIRST-LAST | -t LIST [-s SECONDS]] SNAPSHOT...\n");
		return 2;
	}
	mm_buf_init(&b.out, BYTES_MAX);
	b.maker = mm_tile_maker_new();
	bad = !b.maker || open_layers(&b, argv + at, argc - at);
	for (unsigned z = b.first_zoom; z <= b.last_zoom && !bad; z++)
		bad = b.list ? one_list(&b) : one_zoom(&b, z);
	for (size_t i = 0; i < b.count; i++)
		(void)mm_layer_unref(b.layer[i]);
	b.maker = mm_tile_maker_free(b.maker);
	mm_buf_release(&b.out);
	return bad;
}
