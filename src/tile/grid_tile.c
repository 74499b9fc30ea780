#include "tile/grid_tile.h"

#include "base/num.h"

#include <string.h>

static enum mm_code parse_piece(const char *text, const char *name, uint32_t count, uint32_t *ret,
				struct mm_err *reterr)
{
	int64_t v = 0;

	if (!mm_num_parse_int(text, strlen(text), &v) || *text == '-')
		return mm_fail(
		    reterr, MM_E_INVALID, name,
		    "a tile's address is tileMatrix/tileRow/tileCol, row and column plain numbers");
	if (v >= count)
		return mm_fail(reterr, MM_E_NOT_FOUND, name, "outside the tile matrix: %s is at most %u",
			       name, count - 1);
	*ret = (uint32_t)v;
	return MM_OK;
}

enum mm_code mm_grid_tile_parse(const struct mm_tile_matrix_set *set, const char *matrix, const char *row,
				const char *col, struct mm_grid_tile *ret, struct mm_err *reterr)
{
	const struct mm_tile_matrix *m = mm_tile_matrix_find(set, matrix);
	struct mm_grid_tile t = {.set = set, .matrix = m};
	enum mm_code rc;

	if (!m)
		return mm_fail(reterr, MM_E_NOT_FOUND, "tileMatrix",
			       "there is no tile matrix \"%.64s\" in %s: they are %s to %s", matrix, set->id,
			       set->matrix[0].id, set->matrix[set->count - 1].id);
	rc = parse_piece(row, "tileRow", m->height, &t.row, reterr);
	if (!rc)
		rc = parse_piece(col, "tileCol", m->width, &t.col, reterr);
	if (!rc)
		*ret = t;
	return rc;
}
