#include "base/text.h"
#include "store/layer_private.h"

#include <string.h>

/*
 * A snapshot comes from a child process that has read hostile files: nothing in it is believed. After this
 * has said yes, every getter stays inside the file whatever row it is asked for.
 */

static bool starts_ascend(const uint64_t *start, size_t count, uint64_t end)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (start[i] > start[i + 1])
			return false;
	return count && start[0] == 0 && start[count - 1] == end;
}

/* One valid text from each start: the whole is valid and no start falls inside a letter. */
static bool texts_are_utf8(const char *text, const uint64_t *start, size_t count)
{
	uint64_t all = start[count - 1];

	if (mm_text_utf8_valid(text, all) != all)
		return false;
	for (size_t i = 0; i < count; i++)
		if (start[i] < all && ((unsigned char)text[start[i]] & 0xc0) == 0x80)
			return false;
	return true;
}

static bool codes_are_known(const struct mm_layer *l, const struct mm_column *c)
{
	for (uint32_t row = 0; row < l->head->rows; row++) {
		bool is_null = c->nulls && c->nulls[row / 8] >> (row % 8) & 1;

		if (!is_null && c->codes[row] >= c->text_count)
			return false;
	}
	return true;
}

static bool columns_are_good(const struct mm_layer *l)
{
	for (size_t i = 0; i < l->schema.field_count; i++) {
		const struct mm_column *c = &l->column[i];

		if (c->type != MM_TYPE_TEXT && c->type != MM_TYPE_JSON)
			continue;
		if (!starts_ascend(c->starts, c->text_count + 1, c->starts[c->text_count]) ||
		    !texts_are_utf8(c->text, c->starts, c->text_count + 1) || !codes_are_known(l, c))
			return false;
	}
	return true;
}

static bool ids_are_good(const struct mm_layer *l)
{
	size_t ints, starts, bytes, orders;
	const uint64_t *start;
	const char *text;
	const uint32_t *order;
	uint32_t rows = l->head->rows;

	(void)mm_layer_section(l, MM_SECTION_ID_INT, 8, &ints);
	start = mm_layer_section(l, MM_SECTION_ID_START, 8, &starts);
	text = mm_layer_section(l, MM_SECTION_ID_TEXT, 1, &bytes);
	order = mm_layer_section(l, MM_SECTION_ID_ORDER, 4, &orders);
	for (size_t i = 0; i < orders; i++)
		if (order[i] >= rows)
			return false;
	if (!l->schema.has_text_ids)
		return ints == rows && (orders == 0 || orders == rows);
	return starts == (size_t)rows + 1 && orders == rows && starts_ascend(start, starts, bytes) &&
	       texts_are_utf8(text, start, starts);
}

/* The parts of one geometry use up its rings, and the rings its vertices. */
static bool geom_adds_up(const struct mm_geom *g)
{
	uint64_t rings = 0, vertices = 0;

	for (uint32_t i = 0; i < g->part_count; i++) {
		enum mm_part_kind kind = mm_part_kind(g->part[i]);

		if (kind > MM_PART_POLYGON || (kind != MM_PART_POLYGON && mm_part_rings(g->part[i]) != 1))
			return false;
		rings += mm_part_rings(g->part[i]);
	}
	for (uint32_t i = 0; i < g->ring_count; i++)
		vertices += g->ring[i];
	return rings == g->ring_count && vertices == g->vertex_count &&
	       !(g->type == MM_GEOM_POINT && g->part_count && g->vertex_count != 1);
}

static bool geoms_are_good(const struct mm_layer *l)
{
	size_t rows, parts, rings, numbers, heights, worlds;
	const struct mm_geom_row *row = mm_layer_section(l, MM_SECTION_GEOM, sizeof(*row), &rows);
	const uint32_t *part = mm_layer_section(l, MM_SECTION_PART, 4, &parts);
	const uint32_t *ring = mm_layer_section(l, MM_SECTION_RING, 4, &rings);

	(void)mm_layer_section(l, MM_SECTION_XY, 8, &numbers);
	(void)mm_layer_section(l, MM_SECTION_Z, 8, &heights);
	(void)mm_layer_section(l, MM_SECTION_WORLD, sizeof(struct mm_world), &worlds);
	if (rows != (size_t)l->head->geom_rows + 1 || worlds != numbers / 2 ||
	    (heights && heights != worlds) || row[0].vertex || row[0].part || row[0].ring ||
	    row[rows - 1].vertex != worlds || row[rows - 1].part != parts || row[rows - 1].ring != rings)
		return false;
	for (size_t i = 0; i + 1 < rows; i++) {
		struct mm_geom g;

		if (row[i].type >= MM_GEOM_TYPE_COUNT || row[i].part > row[i + 1].part ||
		    row[i].ring > row[i + 1].ring || row[i].vertex > row[i + 1].vertex ||
		    row[i + 1].vertex - row[i].vertex > UINT32_MAX || row[i + 1].vertex > worlds ||
		    row[i + 1].part > parts || row[i + 1].ring > rings || (row[i].has_z && !heights))
			return false;
		g = (struct mm_geom){.type = (enum mm_geom_type)row[i].type,
				     .part = part + row[i].part,
				     .ring = ring + row[i].ring,
				     .part_count = row[i + 1].part - row[i].part,
				     .ring_count = row[i + 1].ring - row[i].ring,
				     .vertex_count = (uint32_t)(row[i + 1].vertex - row[i].vertex)};
		if (!geom_adds_up(&g))
			return false;
	}
	return true;
}

static bool repaired_are_good(const struct mm_layer *l)
{
	size_t count;
	const uint32_t *row = mm_layer_section(l, MM_SECTION_REPAIRED, 4, &count);

	for (size_t i = 0; i < count; i++)
		if (row[i] >= l->head->rows || (i && row[i] <= row[i - 1]))
			return false;
	return count == l->head->geom_rows - l->head->rows;
}

static bool notes_are_good(const struct mm_layer *l)
{
	size_t count, bytes;
	const struct mm_note_row *note = mm_layer_section(l, MM_SECTION_NOTE, sizeof(*note), &count);
	const char *text = mm_layer_section(l, MM_SECTION_NOTE_TEXT, 1, &bytes);

	if (bytes == 0 || text[bytes - 1] != '\0')
		return false;
	for (size_t i = 0; i < count; i++)
		if (note[i].kind >= MM_QUALITY_KIND_COUNT || note[i].text >= bytes ||
		    (note[i].row >= l->head->rows && note[i].row != UINT32_MAX))
			return false;
	return true;
}

bool mm_layer_verify(const struct mm_layer *l)
{
	size_t boxes;

	(void)mm_layer_section(l, MM_SECTION_BOX, sizeof(struct mm_world_box), &boxes);
	return boxes == l->head->rows && columns_are_good(l) && ids_are_good(l) && geoms_are_good(l) &&
	       repaired_are_good(l) && notes_are_good(l) && mm_rtree_verify(&l->rtree, l->head->rows);
}
