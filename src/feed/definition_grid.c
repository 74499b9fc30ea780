#include "base/file.h"
#include "feed/definition.h"
#include "feed/definition_private.h"
#include "feed/definition_schema.h"
#include "feed/grid_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* `grids:` of map.yaml. */

enum { ID_MAX = 64, AT_MAX = 64 };

static bool id_is_good(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n >= 1 && n <= ID_MAX && id[n] == '\0';
}

static bool id_is_taken(const struct mm_map_def *m, size_t before, const char *id)
{
	const struct mm_tile_matrix_set *s;

	for (size_t i = 0; (s = mm_tile_matrix_set_builtin(i)); i++)
		if (strcmp(s->id, id) == 0)
			return true;
	for (size_t i = 0; i < before; i++)
		if (strcmp(m->grid[i].id, id) == 0)
			return true;
	return false;
}

static const char *at(unsigned i, const char *key, char ret[AT_MAX])
{
	(void)snprintf(ret, AT_MAX, "grids[%u].%s", i, key);
	return ret;
}

static enum mm_code read_id(const struct mm_def_reading *rd, const struct mm_map_def *m, unsigned i,
			    const char *id, struct mm_err *reterr)
{
	char where[AT_MAX];

	if (!id_is_good(id))
		return mm_def_wrong(rd, at(i, "id", where), reterr,
				    "grid id \"%.70s\": write 1 to 64 Latin letters, digits, _ or -", id);
	if (id_is_taken(m, i, id))
		return mm_def_wrong(rd, at(i, "id", where), reterr,
				    "grid \"%.70s\" is there already: give it another id", id);
	return MM_OK;
}

static enum mm_code read_axes(const struct mm_def_reading *rd, unsigned i, const char *axes,
			      enum mm_tile_grid_axes *ret, struct mm_err *reterr)
{
	char where[AT_MAX];

	if (!axes || !*axes)
		*ret = MM_AXES_AUTHORITY;
	else if (strcmp(axes, "east-north") == 0)
		*ret = MM_AXES_EAST_NORTH;
	else if (strcmp(axes, "north-east") == 0)
		*ret = MM_AXES_NORTH_EAST;
	else
		return mm_def_wrong(rd, at(i, "axes", where), reterr,
				    "axes \"%.60s\": write east-north or north-east", axes);
	return MM_OK;
}

/* A number that must be above zero where it is written. */
static enum mm_code read_size(const struct mm_def_reading *rd, unsigned i, const char *key, const double *v,
			      double *ret, struct mm_err *reterr)
{
	char where[AT_MAX];

	if (v && !(*v > 0 && *v <= 1e10))
		return mm_def_wrong(rd, at(i, key, where), reterr, "%s: write a number above 0", key);
	*ret = v ? *v : 0;
	return MM_OK;
}

static enum mm_code read_numbers(const struct mm_def_reading *rd, unsigned i, const struct mm_raw_grid *raw,
				 struct mm_tile_grid *g, struct mm_err *reterr)
{
	char where[AT_MAX];
	enum mm_code rc = read_size(rd, i, "scale", raw->scale, &g->scale_denominator, reterr);

	if (!rc)
		rc = read_size(rd, i, "cell", raw->cell, &g->cell_size, reterr);
	if (rc)
		return rc;
	if (raw->scale && raw->cell)
		return mm_def_wrong(rd, at(i, "cell", where), reterr,
				    "cell and scale say the same: keep one of them");
	g->tile_size = raw->tile ? *raw->tile : 0;
	if (raw->tile && (g->tile_size < 1 || g->tile_size > MM_TILE_GRID_CELLS_MAX))
		return mm_def_wrong(rd, at(i, "tile", where), reterr,
				    "tile: write the cells of its side, 1 to %d, usually 256 or 512",
				    MM_TILE_GRID_CELLS_MAX);
	g->matrices = raw->matrices ? *raw->matrices : 0;
	if (raw->matrices && (g->matrices < 1 || g->matrices > MM_TILE_MATRICES_MAX))
		return mm_def_wrong(rd, at(i, "matrices", where), reterr,
				    "matrices: write a number from 1 to %d", MM_TILE_MATRICES_MAX);
	g->has_origin = raw->origin != NULL;
	if (!raw->origin)
		return MM_OK;
	g->origin_x = raw->origin[0];
	g->origin_y = raw->origin[1];
	if (!(fabs(g->origin_x) <= 1e9 && fabs(g->origin_y) <= 1e9))
		return mm_def_wrong(rd, at(i, "origin", where), reterr,
				    "origin: write the top left corner as [east, north]");
	return MM_OK;
}

static enum mm_code read_crs(const struct mm_def_reading *rd, const struct mm_map_def *m, unsigned i,
			     const char *crs, const char **ret, struct mm_err *reterr)
{
	const char *file;
	char where[AT_MAX];
	struct mm_err err = {0};
	enum mm_code rc = mm_def_crs(rd, crs && *crs ? crs : m->crs, ret, &file, NULL, &err);

	if (!rc && !**ret)
		return mm_def_wrong(rd, at(i, "id", where), reterr,
				    "a grid needs a system: write crs: MSK48_1 here or for the whole map");
	if (rc == MM_E_INVALID)
		return mm_def_wrong(rd, at(i, "crs", where), reterr, "%s", err.msg);
	return rc ? mm_fail(reterr, rc, err.where, "%s", err.msg) : MM_OK;
}

/* ---- a grid that a file lays out ---- */

static enum mm_code parse_file(const struct mm_def_reading *rd, const struct mm_buf *file, const char *crs,
			       struct mm_tile_matrix_set *ret, struct mm_err *reterr)
{
	struct mm_proj *proj = mm_proj_new();
	enum mm_code rc = proj ? mm_grid_file_parse(file->data ? (const char *)file->data : "", file->len,
						    crs, proj, rd->mem, ret, reterr)
			       : mm_fail_nomem(reterr);

	(void)mm_proj_free(proj);
	return rc;
}

/* What stands in YAML beside `file:` goes before what the file says. */
static enum mm_code read_file(const struct mm_def_reading *rd, unsigned i, const struct mm_raw_grid *raw,
			      struct mm_tile_grid *g, struct mm_err *reterr)
{
	const char *path = mm_def_path(rd->path, raw->file, rd->mem);
	struct mm_tile_matrix_set *set = mm_arena_alloc(rd->mem, sizeof(*set));
	char where[AT_MAX];
	struct mm_err err = {0};
	struct mm_buf file;
	enum mm_code rc;

	if (!path || !set)
		return mm_fail_nomem(reterr);
	if (raw->origin || raw->scale || raw->cell || raw->tile || raw->matrices || raw->axes)
		return mm_def_wrong(rd, at(i, "file", where), reterr,
				    "a grid from a file is as the file says: leave only id, title and crs "
				    "beside it");
	mm_buf_init(&file, MM_GRID_FILE_MAX);
	rc = mm_file_read(path, &file, &err);
	if (!rc)
		rc = parse_file(rd, &file, raw->crs ? raw->crs : "", set, &err);
	mm_buf_release(&file);
	if (rc)
		return rc == MM_E_NOMEM ? mm_fail_nomem(reterr)
					: mm_def_wrong(rd, at(i, "file", where), reterr,
						       "grid file \"%.120s\": %.350s", raw->file, err.msg);
	set->id = g->id = *g->id ? g->id : set->id;
	if (raw->title) {
		set->title_ru = g->title_ru;
		set->title_en = g->title_en;
	}
	g->crs = set->crs_definition;
	g->ready = set;
	return MM_OK;
}

static enum mm_code read_grid(const struct mm_def_reading *rd, const struct mm_map_def *m, unsigned i,
			      const struct mm_raw_grid *raw, struct mm_tile_grid *g, struct mm_err *reterr)
{
	const struct mm_title title = mm_def_title(rd, raw->title);
	enum mm_code rc = MM_OK;

	*g =
	    (struct mm_tile_grid){.id = mm_def_text(rd, raw->id), .title_ru = title.ru, .title_en = title.en};
	if (!g->id || !title.ru || !title.en)
		return mm_fail_nomem(reterr);
	if (raw->file && *raw->file) {
		rc = read_file(rd, i, raw, g, reterr);
		return rc ? rc : read_id(rd, m, i, g->id, reterr);
	}
	rc = read_id(rd, m, i, g->id, reterr);
	if (!rc)
		rc = read_crs(rd, m, i, raw->crs, &g->crs, reterr);
	if (!rc)
		rc = read_axes(rd, i, raw->axes, &g->axes, reterr);
	return rc ? rc : read_numbers(rd, i, raw, g, reterr);
}

enum mm_code mm_def_grids(const struct mm_def_reading *rd, const struct mm_raw_map *raw, struct mm_map_def *m,
			  struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	m->grid = mm_arena_array(rd->mem, raw->grids_count + 1u, sizeof(*m->grid));
	if (!m->grid)
		return mm_fail_nomem(reterr);
	for (unsigned i = 0; i < raw->grids_count && !rc; i++) {
		rc = read_grid(rd, m, i, &raw->grids[i], &m->grid[i], reterr);
		m->grid_count = i + 1;
	}
	return rc;
}
