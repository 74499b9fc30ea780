#ifndef MM_TESTS_UNIT_TILE_MVT_DECODE_H
#define MM_TESTS_UNIT_TILE_MVT_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A small decoder of MVT tiles for tests: walks the features of a tile's layers and their rings. Stops a test
 * on bytes that are not what the specification says. */

struct pbf {
	const unsigned char *p, *end;
};

static inline uint64_t pbf_varint(struct pbf *b)
{
	uint64_t v = 0;

	for (int shift = 0; b->p < b->end && shift < 64; shift += 7) {
		unsigned char byte = *b->p++;

		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	assert_true(false);
	return 0;
}

static inline struct pbf pbf_bytes(struct pbf *b)
{
	uint64_t n = pbf_varint(b);
	struct pbf inner = {b->p, b->p + n};

	assert_true(n <= (uint64_t)(b->end - b->p));
	b->p += n;
	return inner;
}

struct seen_feature {
	uint64_t id;
	int type;
	int32_t xy[200000][2]; /* all points in order, rings without closing point */
	size_t ring[2000];     /* points of each */
	size_t ring_count, point_count;
	size_t tag_count;
};

/* Twice the signed area; positive is an exterior ring. */
static inline int64_t seen_area2(const struct seen_feature *f, size_t ring)
{
	size_t first = 0, n = f->ring[ring];
	int64_t sum = 0;

	for (size_t i = 0; i < ring; i++)
		first += f->ring[i];
	for (size_t i = 0; i < n; i++) {
		const int32_t *a = f->xy[first + i], *b = f->xy[first + (i + 1) % n];

		sum += (int64_t)a[0] * b[1] - (int64_t)b[0] * a[1];
	}
	return sum;
}

static inline void pbf_geometry(struct pbf g, struct seen_feature *f)
{
	int32_t at[2] = {0, 0};

	while (g.p < g.end) {
		uint64_t command = pbf_varint(&g), count = command >> 3;

		command &= 7;
		assert_true(command == 1 || command == 2 || command == 7);
		assert_true(count > 0);
		if (command == 1) {
			if (f->type != 1)
				assert_true(count == 1);
			f->ring[f->ring_count++] = 0;
		}
		for (uint64_t i = 0; i < count && command != 7; i++) {
			for (int k = 0; k < 2; k++) {
				uint64_t z = pbf_varint(&g);

				at[k] += (int32_t)((int64_t)(z >> 1) ^ -(int64_t)(z & 1));
			}
			if (command == 2) /* no repeated point */
				assert_true(at[0] != f->xy[f->point_count - 1][0] ||
					    at[1] != f->xy[f->point_count - 1][1]);
			memcpy(f->xy[f->point_count++], at, sizeof(at));
			f->ring[f->ring_count - 1]++;
		}
	}
}

/* Calls `see` for each feature of each layer of a tile; returns the number of features. */
static inline size_t pbf_tile(const unsigned char *tile, size_t n,
			      void (*see)(void *ctx, const struct seen_feature *f), void *ctx)
{
	static struct seen_feature f;
	struct pbf t = {tile, tile + n};
	size_t features = 0;

	while (t.p < t.end) {
		struct pbf layer;

		assert_true(pbf_varint(&t) == (3 << 3 | 2));
		layer = pbf_bytes(&t);
		while (layer.p < layer.end) {
			uint64_t tag = pbf_varint(&layer);
			struct pbf inner = {0}, geometry = {0};

			if ((tag & 7) == 0) {
				(void)pbf_varint(&layer);
				continue;
			}
			inner = pbf_bytes(&layer);
			if (tag >> 3 != 2)
				continue;
			f.ring_count = f.point_count = f.tag_count = 0;
			while (inner.p < inner.end) {
				uint64_t field = pbf_varint(&inner);

				if (field >> 3 == 1)
					f.id = pbf_varint(&inner);
				else if (field >> 3 == 3)
					f.type = (int)pbf_varint(&inner);
				else if (field >> 3 == 4)
					geometry = pbf_bytes(&inner);
				else if (field >> 3 == 2)
					f.tag_count += (size_t)(pbf_bytes(&inner).p != NULL);
			}
			pbf_geometry(geometry, &f);
			features++;
			if (see)
				see(ctx, &f);
		}
	}
	return features;
}

#endif
