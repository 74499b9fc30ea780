/* libFuzzer: any text as a tile matrix set. It gives a set that agrees with itself, or one sentence. */
#include "feed/grid_file.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_set(const struct mm_tile_matrix_set *s)
{
	struct mm_buf out;
	struct mm_json j;

	MM_CHECK(s->count >= 1 && s->count <= MM_TILE_MATRICES_MAX);
	for (size_t i = 0; i < s->count; i++) {
		const struct mm_tile_matrix *m = &s->matrix[i];
		struct mm_box b = mm_tile_matrix_box(m, m->height - 1, m->width - 1);
		struct mm_tile_limits l;

		MM_CHECK(isfinite(b.min_x) && isfinite(b.min_y) && m->side > 0 && m->zoom <= 22);
		MM_CHECK(mm_tile_matrix_find(s, m->id) == m);
		if (mm_tile_matrix_limits(m, &b, &l))
			MM_CHECK(l.min_row <= l.max_row && l.max_row < m->height && l.min_col <= l.max_col &&
				 l.max_col < m->width);
	}
	mm_buf_init(&out, 1 << 20);
	j = mm_json_on(&out);
	mm_tile_matrix_set_put(s, s->title_en, &j);
	MM_CHECK(!out.failed && out.len > 2);
	mm_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mm_proj *proj; /* making one takes longer than a run */
	struct mm_tile_matrix_set s = {0};
	struct mm_err err = {0};
	MM_ARENA_SCOPE(mem, 1 << 20);

	if (!proj)
		proj = mm_proj_new();
	if (mm_grid_file_parse((const char *)data, size, "EPSG:32637", proj, &mem, &s, &err))
		MM_CHECK(err.msg[0]);
	else
		check_set(&s);
	return 0;
}
