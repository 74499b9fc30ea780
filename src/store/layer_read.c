#include "base/clock.h"
#include "base/num.h"
#include "base/prefetch.h"
#include "store/layer_private.h"

#include <string.h>

/* Rows: ids, values, geometries, notes. All of it points into the mapped file. */

int64_t mm_layer_id_int(const struct mm_layer *l, uint32_t row)
{
	return ((const int64_t *)l->at[MM_SECTION_ID_INT])[row];
}

const char *mm_layer_id_text(const struct mm_layer *l, uint32_t row, size_t *ret_len)
{
	const uint64_t *start = l->at[MM_SECTION_ID_START];
	const char *text = l->at[MM_SECTION_ID_TEXT];

	*ret_len = start[row + 1] - start[row];
	return text + start[row];
}

size_t mm_layer_id_format(const struct mm_layer *l, uint32_t row, char *ret, size_t size)
{
	char number[MM_NUM_MAX];
	const char *text = number;
	size_t n;

	if (l->schema.has_text_ids)
		text = mm_layer_id_text(l, row, &n);
	else
		n = mm_num_format_int(mm_layer_id_int(l, row), number);
	if (size) {
		size_t fits = n < size ? n : size - 1;

		memcpy(ret, text, fits);
		ret[fits] = '\0';
	}
	return n;
}

static uint32_t find_text(const struct mm_layer *l, const uint32_t *order, const char *text, size_t n)
{
	uint32_t low = 0, high = l->head->rows;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		size_t len;
		const char *have = mm_layer_id_text(l, order[mid], &len);
		int c = mm_text_order(have, len, text, n);

		if (c == 0)
			return order[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return UINT32_MAX;
}

/* `order` NULL: the ids ascend with the rows. */
static uint32_t find_int(const struct mm_layer *l, const uint32_t *order, int64_t id)
{
	uint32_t low = 0, high = l->head->rows;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2, row = order ? order[mid] : mid;
		int64_t have = mm_layer_id_int(l, row);

		if (have == id)
			return row;
		if (have < id)
			low = mid + 1;
		else
			high = mid;
	}
	return UINT32_MAX;
}

uint32_t mm_layer_find_id(const struct mm_layer *l, const char *text, size_t n)
{
	size_t count;
	const uint32_t *order = mm_layer_section(l, MM_SECTION_ID_ORDER, sizeof(*order), &count);
	int64_t id;

	if (l->schema.has_text_ids)
		return find_text(l, order, text, n);
	if (!mm_num_parse_int(text, n, &id))
		return UINT32_MAX;
	return find_int(l, count ? order : NULL, id);
}

void mm_layer_value(const struct mm_layer *l, uint32_t row, size_t field, struct mm_value *ret)
{
	const struct mm_layer_column *c = &l->column[field];

	*ret = (struct mm_value){.type = c->type, .offset_min = MM_CLOCK_NO_ZONE};
	if (mm_layer_column_is_null(c, row)) {
		ret->is_null = true;
		return;
	}
	switch (c->type) {
	case MM_TYPE_BOOL:
		ret->boolean = c->booleans[row] != 0;
		break;
	case MM_TYPE_REAL:
		ret->real = c->reals[row];
		break;
	case MM_TYPE_TEXT:
	case MM_TYPE_JSON:
		ret->text = mm_layer_text(l, field, mm_layer_column_code(c, row), &ret->text_len);
		break;
	case MM_TYPE_DATETIME:
		ret->offset_min = c->offsets_min[row];
		ret->integer = c->integers[row];
		break;
	case MM_TYPE_INT:
	case MM_TYPE_DATE:
	case MM_TYPE_TIME:
	case MM_TYPE_COUNT:
		ret->integer = c->integers[row];
		break;
	}
}

const struct mm_layer_column *mm_layer_column(const struct mm_layer *l, size_t field)
{
	return &l->column[field];
}

uint32_t mm_layer_text_code(const struct mm_layer *l, uint32_t row, size_t field)
{
	const struct mm_layer_column *c = &l->column[field];

	return mm_layer_column_is_null(c, row) ? UINT32_MAX : mm_layer_column_code(c, row);
}

size_t mm_layer_text_count(const struct mm_layer *l, size_t field)
{
	return l->column[field].text_count;
}

const char *mm_layer_text(const struct mm_layer *l, size_t field, uint32_t code, size_t *ret_len)
{
	const struct mm_layer_column *c = &l->column[field];

	*ret_len = c->starts[code + 1] - c->starts[code];
	return c->text + c->starts[code];
}

/* A row of a layer of points: all that its geometry has beside coordinates is the same for all of them. */
static void point_at(const struct mm_layer *l, uint32_t row, struct mm_geom *ret)
{
	static const uint32_t part = (uint32_t)MM_PART_POINTS << 30 | 1, ring = 1;
	const uint8_t *state = l->at[MM_SECTION_GEOM];
	const double *xy = l->at[MM_SECTION_XY];
	const double *z = l->at[MM_SECTION_Z];
	bool is_there = state[row] >= MM_POINT_OUTSIDE;

	*ret = (struct mm_geom){
	    .type = state[row] == MM_POINT_NULL ? MM_GEOM_NULL : MM_GEOM_POINT,
	    .part = &part,
	    .ring = &ring,
	    .xy = xy + 2 * (size_t)row,
	    .z = state[row] & MM_POINT_HAS_Z ? z + row : NULL,
	    .part_count = is_there,
	    .ring_count = is_there,
	    .vertex_count = is_there,
	};
}

static void geom_at(const struct mm_layer *l, uint32_t geom_row, struct mm_geom *ret)
{
	const struct mm_geom_row *g = l->at[MM_SECTION_GEOM];
	const uint32_t *part = l->at[MM_SECTION_PART];
	const uint32_t *ring = l->at[MM_SECTION_RING];
	const double *xy = l->at[MM_SECTION_XY];
	const double *z = l->at[MM_SECTION_Z];

	if (l->head->is_points) {
		point_at(l, geom_row, ret);
		return;
	}
	g += geom_row;
	*ret = (struct mm_geom){
	    .type = (enum mm_geom_type)g->type,
	    .part = part + g->part,
	    .ring = ring + g->ring,
	    .xy = xy + 2 * g->vertex,
	    .z = g->has_z ? z + g->vertex : NULL,
	    .part_count = g[1].part - g->part,
	    .ring_count = g[1].ring - g->ring,
	    .vertex_count = (uint32_t)(g[1].vertex - g->vertex),
	};
}

static uint32_t repaired_row(const struct mm_layer *l, uint32_t row)
{
	size_t n;
	const uint32_t *repaired = mm_layer_section(l, MM_SECTION_REPAIRED, sizeof(*repaired), &n);
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (repaired[mid] == row)
			return l->head->rows + (uint32_t)mid;
		if (repaired[mid] < row)
			low = mid + 1;
		else
			high = mid;
	}
	return row;
}

/* Geometry row of the repaired copy, or the row itself. */
static uint32_t valid_row(const struct mm_layer *l, uint32_t row)
{
	const struct mm_geom_row *g = l->at[MM_SECTION_GEOM];

	return l->head->is_points || !g[row].is_repaired ? row : repaired_row(l, row);
}

void mm_layer_geom(const struct mm_layer *l, uint32_t row, struct mm_geom *ret)
{
	geom_at(l, row, ret);
}

void mm_layer_geom_valid(const struct mm_layer *l, uint32_t row, struct mm_geom *ret)
{
	geom_at(l, valid_row(l, row), ret);
}

void mm_layer_geom_world(const struct mm_layer *l, uint32_t row, struct mm_world_geom *ret)
{
	const struct mm_world *world = l->at[MM_SECTION_WORLD];
	const double *xy = l->at[MM_SECTION_XY];
	struct mm_geom g;

	geom_at(l, valid_row(l, row), &g);
	*ret = (struct mm_world_geom){
	    .type = g.type,
	    .part = g.part,
	    .ring = g.ring,
	    .point = world + (size_t)(g.xy - xy) / 2,
	    .part_count = g.part_count,
	    .ring_count = g.ring_count,
	    .vertex_count = g.vertex_count,
	};
}

void mm_layer_prefetch(const struct mm_layer *l, uint32_t row)
{
	if (l->head->is_points) {
		mm_prefetch((const uint8_t *)l->at[MM_SECTION_GEOM] + row);
		mm_prefetch((const struct mm_world *)l->at[MM_SECTION_WORLD] + row);
	} else {
		mm_prefetch((const struct mm_geom_row *)l->at[MM_SECTION_GEOM] + row);
		mm_prefetch((const struct mm_world_box *)l->at[MM_SECTION_BOX] + row);
	}
	mm_prefetch((const int64_t *)l->at[MM_SECTION_ID_INT] + row);
	for (size_t f = 0; f < l->schema.field_count; f++)
		mm_prefetch((const unsigned char *)l->column[f].codes + (size_t)row * l->column[f].width);
}

void mm_layer_prefetch_geom(const struct mm_layer *l, uint32_t row)
{
	if (l->head->is_points)
		mm_prefetch((const uint8_t *)l->at[MM_SECTION_GEOM] + row);
	else
		mm_prefetch((const struct mm_geom_row *)l->at[MM_SECTION_GEOM] + row);
}

void mm_layer_prefetch_xy(const struct mm_layer *l, uint32_t row)
{
	const struct mm_geom_row *g = l->at[MM_SECTION_GEOM];
	const double *xy = l->at[MM_SECTION_XY];

	if (l->head->is_points) {
		mm_prefetch(xy + 2 * (size_t)row);
		return;
	}
	mm_prefetch((const uint32_t *)l->at[MM_SECTION_PART] + g[row].part);
	mm_prefetch((const uint32_t *)l->at[MM_SECTION_RING] + g[row].ring);
	mm_prefetch(xy + 2 * g[row].vertex);
	mm_prefetch(xy + 2 * g[row].vertex + 8);
}

bool mm_layer_box_world(const struct mm_layer *l, uint32_t row, struct mm_world_box *ret)
{
	const struct mm_world_box *box = l->at[MM_SECTION_BOX];

	if (l->head->is_points) {
		const uint8_t *state = l->at[MM_SECTION_GEOM];
		const struct mm_world *at = l->at[MM_SECTION_WORLD];

		if ((state[row] & ~MM_POINT_HAS_Z) != MM_POINT_PLACED)
			return false;
		*ret = (struct mm_world_box){at[row].x, at[row].y, at[row].x, at[row].y};
		return true;
	}
	if (box[row].min_x > box[row].max_x)
		return false;
	*ret = box[row];
	return true;
}

const struct mm_level *mm_layer_level(const struct mm_layer *l, unsigned zoom)
{
	return zoom <= MM_LEVEL_TOP && l->level[zoom].start ? &l->level[zoom] : NULL;
}

uint16_t mm_layer_importance(const struct mm_layer *l, uint32_t row)
{
	return ((const uint16_t *)l->at[MM_SECTION_IMPORTANCE])[row];
}

const char *mm_quality_name(enum mm_quality_kind k)
{
	static const char *const names[MM_QUALITY_KIND_COUNT] = {
	    [MM_QUALITY_REPAIRED] = "repaired",
	    [MM_QUALITY_NULL_GEOMETRY] = "null-geometry",
	    [MM_QUALITY_EMPTY_GEOMETRY] = "empty-geometry",
	    [MM_QUALITY_DUPLICATE_ID] = "duplicate-id",
	    [MM_QUALITY_NOT_FINITE] = "not-finite",
	    [MM_QUALITY_OUTSIDE] = "outside",
	    [MM_QUALITY_ZERO_AREA] = "zero-area",
	    [MM_QUALITY_NULL_ISLAND] = "null-island",
	    [MM_QUALITY_BAD_TEXT] = "bad-text",
	    [MM_QUALITY_BAD_VALUE] = "bad-value",
	    [MM_QUALITY_CURVE] = "curve",
	    [MM_QUALITY_NO_ID] = "no-id",
	    [MM_QUALITY_SKIPPED] = "skipped",
	    [MM_QUALITY_OFF_MAP] = "off-map",
	    [MM_QUALITY_OF_NO_USE] = "of-no-use",
	};

	return (unsigned)k < MM_QUALITY_KIND_COUNT ? names[k] : "unknown";
}

size_t mm_layer_quality_count(const struct mm_layer *l, enum mm_quality_kind kind)
{
	return l->head->quality[kind];
}

size_t mm_layer_quality_kept(const struct mm_layer *l)
{
	return l->head->section[MM_SECTION_NOTE].bytes / sizeof(struct mm_note_row);
}

void mm_layer_quality(const struct mm_layer *l, size_t i, struct mm_quality *ret)
{
	size_t n;
	const struct mm_note_row *note = mm_layer_section(l, MM_SECTION_NOTE, sizeof(*note), &n);
	const char *text = mm_layer_section(l, MM_SECTION_NOTE_TEXT, 1, &n);

	*ret = (struct mm_quality){(enum mm_quality_kind)note[i].kind, note[i].row, text + note[i].text};
}
