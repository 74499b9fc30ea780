#ifndef MM_TESTS_UNIT_MLT_READER_H
#define MM_TESTS_UNIT_MLT_READER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "encode/mvt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Reads MapLibre Tiles of what the encoder uses, written from the specification and not from the encoder: for
 * its unit tests and its fuzz target. Anything out of order ends the program.
 */

struct mlt_bytes {
	const unsigned char *p, *end;
};

static uint64_t mlt_varint(struct mlt_bytes *m)
{
	uint64_t v = 0;

	for (int shift = 0;; shift += 7) {
		MM_CHECK(m->p < m->end && shift < 70);
		v |= (uint64_t)(*m->p & 0x7f) << shift;
		if (!(*m->p++ & 0x80))
			return v;
	}
}

static struct mlt_bytes mlt_take(struct mlt_bytes *m, uint64_t n)
{
	struct mlt_bytes inner = {m->p, m->p + n};

	MM_CHECK(n <= (uint64_t)(m->end - m->p));
	m->p += n;
	return inner;
}

static int64_t mlt_unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

enum mlt_logical { MLT_NONE, MLT_DELTA, MLT_COMPONENT_DELTA, MLT_RLE };

struct mlt_stream {
	unsigned what; /* physical type << 4 | logical type */
	enum mlt_logical first, second;
	unsigned physical; /* 0 none, 2 varint */
	uint64_t count, runs, total;
	struct mlt_bytes body;
};

static struct mlt_stream mlt_stream(struct mlt_bytes *m)
{
	struct mlt_stream s = {0};
	struct mlt_bytes head = mlt_take(m, 2);
	uint64_t bytes;

	s.what = head.p[0];
	s.first = (enum mlt_logical)(head.p[1] >> 5);
	s.second = (enum mlt_logical)(head.p[1] >> 2 & 7);
	s.physical = head.p[1] & 3;
	s.count = s.total = mlt_varint(m);
	bytes = mlt_varint(m);
	if ((s.first == MLT_RLE || s.second == MLT_RLE) && s.physical) {
		s.runs = mlt_varint(m);
		s.total = mlt_varint(m);
		MM_CHECK(s.runs * 2 == s.count && s.runs > 0);
	}
	s.body = mlt_take(m, bytes);
	return s;
}

/* The numbers of a stream; `width`: bits that a reader has for them. */
static int64_t *mlt_ints(struct mlt_stream s, bool is_signed, int width, struct mm_arena *mem)
{
	int64_t *v = mm_arena_array(mem, s.total + 1, sizeof(*v));
	struct mlt_bytes values = s.body;
	uint64_t done = 0, runs = s.runs ? s.runs : s.total;

	MM_CHECK(v && s.physical == 2 && (s.first != MLT_DELTA || s.second == MLT_NONE || s.runs));
	for (uint64_t i = 0; i < s.runs; i++)
		(void)mlt_varint(&values);
	for (uint64_t i = 0; i < runs; i++) {
		uint64_t n = s.runs ? mlt_varint(&s.body) : 1, w = mlt_varint(&values);

		MM_CHECK(n > 0 && n <= s.total - done && (width == 64 || w >> 32 == 0));
		for (; n > 0; n--, done++)
			v[done] = s.first == MLT_DELTA || is_signed ? mlt_unzigzag(w) : (int64_t)w;
	}
	MM_CHECK(done == s.total && values.p == values.end);
	for (uint64_t i = 1; s.first == MLT_DELTA && i < s.total; i++)
		v[i] += v[i - 1];
	return v;
}

/* Bits, least first, in runs of bytes (ORC v1). */
static bool *mlt_bits(struct mlt_stream s, struct mm_arena *mem)
{
	uint64_t bytes = (s.count + 7) / 8, done = 0;
	bool *bit = mm_arena_array(mem, bytes * 8 + 8, sizeof(*bit));

	MM_CHECK(bit && s.first == MLT_RLE && s.second == MLT_NONE && s.physical == 0);
	while (done < bytes) {
		unsigned control = *mlt_take(&s.body, 1).p;
		unsigned n = control < 128 ? control + 3 : 256 - control;

		for (; n > 0; n--, done++) {
			unsigned byte = control < 128 ? *s.body.p : *mlt_take(&s.body, 1).p;

			MM_CHECK(done < bytes);
			for (unsigned i = 0; i < 8; i++)
				bit[done * 8 + i] = byte >> i & 1;
		}
		if (control < 128)
			(void)mlt_take(&s.body, 1);
	}
	MM_CHECK(s.body.p == s.body.end);
	for (uint64_t i = s.count; i < bytes * 8; i++)
		MM_CHECK(!bit[i]);
	return bit;
}

enum { MLT_COLUMNS_MAX = 40, MLT_NAME_MAX = 100 };

struct mlt_column {
	unsigned code;
	char name[MLT_NAME_MAX];
	const bool *present; /* of each feature */
	/* of each feature; a value that is not there is 0 */
	const int64_t *number;
	const double *real;
	const struct mlt_bytes *text;
};

struct mlt_feature {
	int64_t id;
	unsigned type;         /* 0 point ... 5 multi-polygon */
	uint32_t parts;        /* points, lines, polygons */
	const uint32_t *rings; /* of each polygon */
	struct mm_grid_geom geom;
};

struct mlt_layer {
	char name[MLT_NAME_MAX];
	uint64_t extent;
	size_t features, columns;
	struct mlt_feature *feature;
	struct mlt_column column[MLT_COLUMNS_MAX];
};

static void mlt_name(struct mlt_bytes *m, char ret[MLT_NAME_MAX])
{
	struct mlt_bytes text = mlt_take(m, mlt_varint(m));

	MM_CHECK(text.end - text.p < MLT_NAME_MAX);
	memcpy(ret, text.p, (size_t)(text.end - text.p));
	ret[text.end - text.p] = '\0';
}

/* The present stream, or all there. *ret_values: how many there are. */
static const bool *mlt_present(struct mlt_bytes *m, const struct mlt_layer *l, unsigned code,
			       size_t *ret_values, struct mm_arena *mem)
{
	bool *all;

	*ret_values = l->features;
	if (code & 1) {
		struct mlt_stream s = mlt_stream(m);
		const bool *bit = mlt_bits(s, mem);

		MM_CHECK(s.what == 0 && s.count == l->features);
		*ret_values = 0;
		for (size_t i = 0; i < l->features; i++)
			*ret_values += bit[i];
		MM_CHECK(*ret_values > 0 && *ret_values < l->features);
		return bit;
	}
	all = mm_arena_array(mem, l->features + 1, sizeof(*all));
	MM_CHECK(all);
	memset(all, 1, l->features);
	return all;
}

/* The texts of a string column one after the other, without those that are not there. */
static struct mlt_bytes *mlt_texts(struct mlt_bytes *m, uint64_t streams, size_t values, struct mm_arena *mem)
{
	struct mlt_stream lengths = mlt_stream(m), offsets = {0}, data;
	const int64_t *length, *offset = NULL;
	struct mlt_bytes *known, *text = mm_arena_array(mem, values + 1, sizeof(*text));

	MM_CHECK(lengths.what == (streams == 3 ? 0x36 : 0x30));
	if (streams == 3)
		offsets = mlt_stream(m);
	data = mlt_stream(m);
	MM_CHECK(data.what == (streams == 3 ? 0x11 : 0x10) && data.count == lengths.total);
	MM_CHECK(data.first == MLT_NONE && data.physical == 0);
	length = mlt_ints(lengths, false, 32, mem);
	known = mm_arena_array(mem, lengths.total + 1, sizeof(*known));
	MM_CHECK(known && text);
	for (uint64_t i = 0; i < lengths.total; i++)
		known[i] = mlt_take(&data.body, (uint64_t)length[i]);
	MM_CHECK(data.body.p == data.body.end);
	if (streams == 3) {
		MM_CHECK(offsets.what == 0x22 && offsets.total == values);
		offset = mlt_ints(offsets, false, 32, mem);
	} else {
		MM_CHECK(lengths.total == values);
	}
	for (size_t i = 0; i < values; i++) {
		MM_CHECK(!offset || (uint64_t)offset[i] < lengths.total);
		text[i] = known[offset ? (size_t)offset[i] : i];
	}
	return text;
}

static double mlt_real(const struct mlt_stream *s, unsigned code, size_t i)
{
	double v;
	float single;

	if (code == 26) {
		MM_CHECK((size_t)(s->body.end - s->body.p) == s->count * sizeof(v));
		memcpy(&v, s->body.p + i * sizeof(v), sizeof(v));
		return v;
	}
	MM_CHECK(code == 24 && (size_t)(s->body.end - s->body.p) == s->count * sizeof(single));
	memcpy(&single, s->body.p + i * sizeof(single), sizeof(single));
	return (double)single;
}

/* Reads values into places of features, so that those that are not there are 0. */
static void mlt_property(struct mlt_bytes *m, const struct mlt_layer *l, struct mlt_column *c,
			 struct mm_arena *mem)
{
	size_t values, at = 0;
	uint64_t streams = (c->code & ~1u) == 28 ? mlt_varint(m) - (c->code & 1) : 1;
	const bool *present = c->present = mlt_present(m, l, c->code, &values, mem);
	int64_t *number = mm_arena_array(mem, l->features + 1, sizeof(*number));
	double *real = mm_arena_array(mem, l->features + 1, sizeof(*real));
	struct mlt_bytes *text = mm_arena_array(mem, l->features + 1, sizeof(*text)), *texts = NULL;
	const unsigned code = c->code & ~1u;
	const int64_t *ints = NULL;
	const bool *bits = NULL;
	struct mlt_stream s = {0};

	MM_CHECK(number && real && text);
	if (code == 28) {
		texts = mlt_texts(m, streams, values, mem);
	} else {
		s = mlt_stream(m);
		MM_CHECK(s.what == 0x10 && s.total == values);
		if (code == 10)
			bits = mlt_bits(s, mem);
		else if (code == 16 || code == 18 || code == 20)
			ints = mlt_ints(s, code != 18, code == 20 ? 64 : 32, mem);
	}
	for (size_t i = 0; i < l->features; i++) {
		if (!present[i])
			continue;
		if (texts)
			text[i] = texts[at];
		else if (bits)
			number[i] = bits[at];
		else if (ints)
			real[i] = (double)(number[i] = ints[at]);
		else
			real[i] = mlt_real(&s, code, at);
		at++;
	}
	c->number = number;
	c->real = real;
	c->text = text;
}

/* Topology streams, in their order; those that are not there are NULL. */
struct mlt_topology {
	int64_t *geometries, *parts, *rings;
	uint64_t geometry_count, part_count, ring_count;
};

static struct mlt_stream mlt_counts(struct mlt_bytes *m, unsigned what, uint64_t *streams, int64_t **ret,
				    uint64_t *ret_count, struct mm_arena *mem)
{
	struct mlt_bytes at = *m;
	struct mlt_stream s = mlt_stream(&at);

	if (s.what != what)
		return s;
	*m = at;
	--*streams;
	*ret = mlt_ints(s, false, 32, mem);
	*ret_count = s.total;
	return s;
}

static uint32_t mlt_next(const int64_t *v, uint64_t count, uint64_t *at)
{
	MM_CHECK(*at < count && v[*at] > 0);
	return (uint32_t)v[(*at)++];
}

static const int32_t *mlt_vertices(struct mlt_stream s, struct mm_arena *mem)
{
	int32_t *xy = mm_arena_array(mem, s.count + 1, sizeof(*xy));
	int64_t last[2] = {0, 0};

	MM_CHECK(xy && s.what == 0x13 && s.first == MLT_COMPONENT_DELTA && s.second == MLT_NONE &&
		 s.physical == 2);
	for (uint64_t i = 0; i < s.count; i++) {
		last[i % 2] += mlt_unzigzag(mlt_varint(&s.body));
		xy[i] = (int32_t)last[i % 2];
	}
	MM_CHECK(s.body.p == s.body.end && s.count % 2 == 0);
	return xy;
}

static void mlt_shape(struct mlt_feature *f, const struct mlt_topology *t, uint64_t at[3],
		      struct mm_arena *mem)
{
	bool has_polygons = t->rings != NULL;
	uint32_t runs = 0, *ring, *rings;

	f->parts = f->type >= 3 ? mlt_next(t->geometries, t->geometry_count, &at[0]) : 1;
	rings = mm_arena_array(mem, f->parts, sizeof(*rings));
	MM_CHECK(rings);
	for (uint32_t p = 0; p < f->parts; p++) {
		rings[p] = f->type % 3 == 2 ? mlt_next(t->parts, t->part_count, &at[1]) : 1;
		runs += rings[p];
	}
	f->rings = rings;
	f->geom.kind = (enum mm_grid_kind)(f->type % 3 + 1);
	f->geom.ring_count = f->type % 3 == 0 ? 1 : runs;
	f->geom.ring = ring = mm_arena_array(mem, f->geom.ring_count, sizeof(*ring));
	MM_CHECK(ring);
	for (size_t r = 0; r < f->geom.ring_count; r++)
		ring[r] = f->type % 3 == 0 ? f->parts
			  : has_polygons   ? mlt_next(t->rings, t->ring_count, &at[2])
					   : mlt_next(t->parts, t->part_count, &at[1]);
}

static void mlt_geometry(struct mlt_bytes *m, struct mlt_layer *l, struct mm_arena *mem)
{
	uint64_t streams = mlt_varint(m), at[3] = {0}, vertices = 0;
	struct mlt_stream types = mlt_stream(m), s;
	const int64_t *type = mlt_ints(types, false, 32, mem);
	struct mlt_topology t = {0};
	const int32_t *xy;

	MM_CHECK(types.what == 0x30 && types.total == l->features);
	streams -= 2;
	(void)mlt_counts(m, 0x31, &streams, &t.geometries, &t.geometry_count, mem);
	(void)mlt_counts(m, 0x32, &streams, &t.parts, &t.part_count, mem);
	(void)mlt_counts(m, 0x33, &streams, &t.rings, &t.ring_count, mem);
	MM_CHECK(streams == 0);
	s = mlt_stream(m);
	xy = mlt_vertices(s, mem);
	for (size_t i = 0; i < l->features; i++) {
		struct mlt_feature *f = &l->feature[i];

		MM_CHECK(type[i] >= 0 && type[i] <= 5);
		f->type = (unsigned)type[i];
		mlt_shape(f, &t, at, mem);
		f->geom.xy = xy + 2 * vertices;
		for (size_t r = 0; r < f->geom.ring_count; r++)
			vertices += f->geom.ring[r];
		MM_CHECK(vertices * 2 <= s.count);
	}
	MM_CHECK(vertices * 2 == s.count && at[0] == t.geometry_count && at[1] == t.part_count &&
		 at[2] == t.ring_count);
}

static void mlt_ids(struct mlt_bytes *m, struct mlt_layer *l, unsigned code, struct mm_arena *mem)
{
	struct mlt_stream s = mlt_stream(m);
	const int64_t *id = mlt_ints(s, false, code == 2 ? 64 : 32, mem);

	MM_CHECK(s.what == 0x10);
	l->features = s.total;
	l->feature = mm_arena_array(mem, s.total, sizeof(*l->feature));
	MM_CHECK(l->feature && s.total > 0);
	for (size_t i = 0; i < s.total; i++)
		l->feature[i].id = id[i];
}

/* The next layer of a tile. */
static void mlt_layer(struct mlt_bytes *tile, struct mlt_layer *l, struct mm_arena *mem)
{
	struct mlt_bytes m = mlt_take(tile, mlt_varint(tile));

	memset(l, 0, sizeof(*l));
	MM_CHECK(mlt_varint(&m) == 1);
	mlt_name(&m, l->name);
	l->extent = mlt_varint(&m);
	l->columns = (size_t)mlt_varint(&m);
	MM_CHECK(*l->name && l->columns >= 2 && l->columns <= MLT_COLUMNS_MAX);
	for (size_t i = 0; i < l->columns; i++) {
		l->column[i].code = (unsigned)mlt_varint(&m);
		if (l->column[i].code >= 10)
			mlt_name(&m, l->column[i].name);
	}
	MM_CHECK((l->column[0].code & ~2u) == 0 && l->column[1].code == 4);
	mlt_ids(&m, l, l->column[0].code, mem);
	mlt_geometry(&m, l, mem);
	for (size_t i = 2; i < l->columns; i++)
		mlt_property(&m, l, &l->column[i], mem);
	MM_CHECK(m.p == m.end);
}

/* A property column by its name, which must be there. */
static inline const struct mlt_column *mlt_get(const struct mlt_layer *l, const char *name)
{
	size_t i = 2;

	while (i < l->columns && strcmp(l->column[i].name, name) != 0)
		i++;
	MM_CHECK(i < l->columns);
	return &l->column[i];
}

#endif
