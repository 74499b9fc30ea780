#include "base/hash.h"
#include "base/sort.h"
#include "store/build_private.h"
#include "store/freeze_private.h"
#include "store/stroke.h"

#include <stdlib.h>
#include <string.h>

/* Which lines are alike, and the levels in which they are joined. */

/* ---- fields that tell rows apart for good ---- */

/* Whether each row has an integer of its own. False: out of memory. */
static bool is_each_integer_once(const struct mm_layer_build *b, const struct mm_build_column *c, bool *ret)
{
	uint64_t *v = malloc(((size_t)b->rows + 1) * 2 * sizeof(*v));

	if (!v)
		return false;
	memcpy(v, c->data.data, b->rows * sizeof(*v));
	mm_sort_u64(v, v + b->rows, b->rows);
	*ret = true;
	for (uint32_t i = 1; *ret && i < b->rows; i++)
		*ret = v[i] != v[i - 1];
	free(v);
	return true;
}

/* Whether it is a name, or a number by which the source knows the row. False: out of memory. */
static bool names_rows(const struct mm_layer_build *b, size_t field, bool *ret)
{
	const struct mm_field *f = &b->schema.field[field];
	const struct mm_build_column *c = &b->column[field];

	*ret = strcmp(f->name, b->schema.id_field) == 0;
	if (*ret || f->hidden || c->has_nulls || b->rows < 2)
		return true;
	if (f->type == MM_TYPE_INT)
		return is_each_integer_once(b, c, ret);
	*ret = f->type == MM_TYPE_TEXT && c->word_count == b->rows;
	return true;
}

/* One a field; NULL: out of memory. */
static bool *find_names(const struct mm_layer_build *b)
{
	bool *is_name = calloc(b->schema.field_count + 1, sizeof(*is_name));

	for (size_t i = 0; is_name && i < b->schema.field_count; i++)
		if (!names_rows(b, i, &is_name[i])) {
			free(is_name);
			return NULL;
		}
	return is_name;
}

/* ---- rows that are alike at a zoom ---- */

static bool counts_at(const struct mm_field *f, unsigned zoom)
{
	return !f->hidden && f->min_zoom <= zoom;
}

static size_t width_of(enum mm_type type)
{
	return type == MM_TYPE_BOOL                           ? 1
	       : type == MM_TYPE_TEXT || type == MM_TYPE_JSON ? sizeof(uint32_t)
							      : sizeof(uint64_t);
}

static void mix(const struct mm_layer_build *b, size_t field, uint64_t *alike)
{
	const struct mm_build_column *c = &b->column[field];
	const enum mm_type type = b->schema.field[field].type;
	const size_t width = width_of(type);

	for (uint32_t row = 0; row < b->rows; row++) {
		unsigned char v[12] = {0};

		if (c->has_nulls && c->nulls[row]) {
			v[11] = 1;
		} else {
			memcpy(v, c->data.data + row * width, width);
			if (type == MM_TYPE_DATETIME)
				memcpy(v + 8, c->offset.data + row * sizeof(int16_t), sizeof(int16_t));
		}
		alike[row] = mm_hash64(v, sizeof(v), alike[row]);
	}
}

static bool is_same_at(const struct mm_schema *s, const bool *is_name, unsigned a, unsigned b)
{
	for (size_t i = 0; i < s->field_count; i++)
		if (!is_name[i] && counts_at(&s->field[i], a) != counts_at(&s->field[i], b))
			return false;
	return true;
}

/* ---- before the values go, and after ---- */

/* False: out of memory. */
static bool number_rows(const struct mm_layer_build *b, const bool *is_name, struct mm_alike *ret)
{
	ret->number = calloc((size_t)b->rows + 1, sizeof(*ret->number));
	for (size_t i = 0; ret->number && i < b->schema.field_count; i++)
		if (!is_name[i] && counts_at(&b->schema.field[i], ret->first))
			mix(b, i, ret->number);
	return ret->number;
}

enum mm_code mm_freeze_alike(const struct mm_layer_build *b, struct mm_frozen *f, unsigned first,
			     unsigned last, struct mm_err *reterr)
{
	bool *is_name = find_names(b);
	bool fine = is_name != NULL;

	for (int z = (int)first; fine && z >= (int)last;) {
		struct mm_alike *a = &f->alike[f->alike_count++];

		*a = (struct mm_alike){.first = (unsigned)z, .last = (unsigned)z};
		while (a->last > last && is_same_at(&b->schema, is_name, a->first, a->last - 1))
			a->last--;
		fine = number_rows(b, is_name, a);
		z = (int)a->last - 1;
	}
	free(is_name);
	return fine ? MM_OK : mm_fail_nomem(reterr);
}

void mm_frozen_release_alike(struct mm_frozen *f)
{
	for (unsigned i = 0; i < f->alike_count; i++)
		free(f->alike[i].number);
	f->alike_count = 0;
}

static enum mm_code build_range(const struct mm_alike *a, const struct mm_level_source *s,
				uint16_t (*importance)(float length), struct mm_level_made *ret,
				struct mm_err *reterr)
{
	struct mm_strokes *strokes;
	enum mm_code rc = mm_strokes_new(s, a->number, importance, &strokes, reterr);

	if (!rc)
		rc = mm_level_build(strokes ? mm_strokes_source(strokes) : s, a->first, a->last, ret, reterr);
	(void)mm_strokes_free(strokes);
	return rc;
}

enum mm_code mm_freeze_stroke_levels(const struct mm_frozen *f, const struct mm_level_source *s,
				     uint16_t (*importance)(float length), struct mm_level_made *ret,
				     struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (unsigned i = 0; i < f->alike_count && !rc; i++)
		rc = build_range(&f->alike[i], s, importance, ret + (f->alike[0].first - f->alike[i].first),
				 reterr);
	return rc;
}
