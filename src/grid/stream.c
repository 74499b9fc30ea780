#include "grid/stream.h"

#include "base/varint.h"

enum { IS_DOT = 4, KIND = 3, MOVE = 1, LINE = 2, CLOSE = 7 };

static unsigned char *put_delta(unsigned char *p, const int32_t *from, const int32_t *to)
{
	for (int k = 0; k < 2; k++) {
		int32_t d = to[k] - from[k];

		p = mm_varint_put(p, (uint32_t)d << 1 ^ (d < 0 ? UINT32_MAX : 0));
	}
	return p;
}

static unsigned char *put_head(unsigned char *p, const struct mm_grid_geom *g)
{
	*p++ = (unsigned char)g->kind;
	if (g->kind == MM_GRID_POINT)
		p = mm_varint_put(p, (uint64_t)g->ring[0] << 3 | MOVE);
	p = mm_varint_put(p, (uint32_t)g->xy[0]);
	return mm_varint_put(p, (uint32_t)g->xy[1]);
}

void mm_grid_stream_put(struct mm_buf *out, const struct mm_grid_geom *g)
{
	const int32_t *xy = g->xy, *at = xy;
	size_t points = 0;
	unsigned char *p;

	for (size_t i = 0; i < g->ring_count; i++)
		points += g->ring[i];
	p = mm_buf_reserve(out, (points + 2) * MM_VARINT_MAX + g->ring_count * 3 * MM_VARINT_MAX);
	if (!p)
		return;
	p = put_head(p, g);
	for (size_t i = 0; i < g->ring_count; i++) {
		uint32_t n = g->ring[i], k = 1;

		if (i > 0) {
			*p++ = 1 << 3 | MOVE;
			p = put_delta(p, at, xy);
			at = xy;
		}
		if (n > 1 && g->kind != MM_GRID_POINT)
			p = mm_varint_put(p, (uint64_t)(n - 1) << 3 | LINE);
		for (; k < n; k++, at += 2)
			p = put_delta(p, at, at + 2);
		if (g->kind == MM_GRID_POLYGON)
			*p++ = 1 << 3 | CLOSE;
		xy += 2 * (size_t)n;
	}
	out->len = (size_t)(p - out->data);
}

void mm_grid_stream_put_dot(struct mm_buf *out, enum mm_grid_kind kind, uint32_t x, uint32_t y)
{
	unsigned char *p = mm_buf_reserve(out, 1 + 2 * MM_VARINT_MAX);

	if (!p)
		return;
	*p++ = (unsigned char)(kind | IS_DOT);
	p = mm_varint_put(p, x);
	p = mm_varint_put(p, y);
	out->len = (size_t)(p - out->data);
}

void mm_grid_stream_open(const unsigned char *bytes, size_t n, struct mm_grid_stream *ret)
{
	const unsigned char *p = bytes + 1;

	*ret = (struct mm_grid_stream){.kind = (enum mm_grid_kind)(*bytes & KIND),
				       .is_dot = (*bytes & IS_DOT) != 0,
				       .first_command = 1 << 3 | MOVE};
	if (ret->kind == MM_GRID_POINT)
		p = mm_varint_get(p, &ret->first_command);
	p = mm_varint_get(p, &ret->x);
	p = mm_varint_get(p, &ret->y);
	ret->rest = p;
	ret->rest_bytes = n - (size_t)(p - bytes);
}

/* `n` points from their deltas, as a new run or the rest of the last. */
static const unsigned char *read_points(struct mm_grid_points *r, const unsigned char *p, uint32_t n,
					int32_t at[2])
{
	for (uint32_t i = 0; i < n; i++) {
		for (int k = 0; k < 2; k++) {
			uint32_t v;

			p = mm_varint_get(p, &v);
			at[k] += (int32_t)(v >> 1 ^ -(v & 1));
			r->xy[2 * r->count + (size_t)k] = at[k];
		}
		r->count++;
	}
	r->ring[r->ring_count - 1] += n;
	return p;
}

bool mm_grid_stream_read(const struct mm_grid_stream *s, struct mm_grid_points *ret)
{
	const unsigned char *p = s->rest, *end = p + s->rest_bytes;
	int32_t at[2] = {(int32_t)s->x, (int32_t)s->y};

	ret->count = ret->ring_count = 0;
	if (!mm_grid_points_reserve(ret, s->first_command >> 3))
		return false;
	ret->xy[0] = at[0];
	ret->xy[1] = at[1];
	ret->count = 1;
	ret->ring[ret->ring_count++] = 1;
	if (s->kind == MM_GRID_POINT)
		p = read_points(ret, p, (s->first_command >> 3) - 1, at);
	while (p < end) {
		uint32_t command;

		p = mm_varint_get(p, &command);
		if ((command & 7) == CLOSE)
			continue;
		if (!mm_grid_points_reserve(ret, command >> 3))
			return false;
		if ((command & 7) == MOVE)
			ret->ring[ret->ring_count++] = 0;
		p = read_points(ret, p, command >> 3, at);
	}
	return true;
}

/* ---- what nobody vouches for ---- */

struct look {
	const unsigned char *p, *end;
	int64_t at[2], side;
	bool bad;
};

static uint32_t look_varint(struct look *l)
{
	const unsigned char *next;
	uint32_t v = 0;

	next = mm_varint_read(l->p, l->end, &v);
	l->bad |= !next;
	l->p = next ? next : l->end;
	return next ? v : 0;
}

static void look_points(struct look *l, uint32_t n)
{
	for (uint32_t i = 0; i < n && !l->bad; i++)
		for (int k = 0; k < 2; k++) {
			uint32_t v = look_varint(l);

			l->at[k] += (int32_t)(v >> 1 ^ -(v & 1));
			l->bad |= l->at[k] < 0 || l->at[k] > l->side;
		}
}

/* Runs behind their first point: a line of one or more, a ring of two or more and its end. */
static void look_runs(struct look *l, enum mm_grid_kind kind)
{
	for (bool first = true; !l->bad && (first || l->p < l->end); first = false) {
		uint32_t command;

		if (!first) {
			l->bad |= look_varint(l) != (1 << 3 | MOVE);
			look_points(l, 1);
		}
		command = look_varint(l);
		l->bad |= (command & 7) != LINE || command >> 3 < (kind == MM_GRID_POLYGON ? 2 : 1);
		look_points(l, command >> 3);
		if (kind == MM_GRID_POLYGON)
			l->bad |= look_varint(l) != (1 << 3 | CLOSE);
	}
}

bool mm_grid_stream_verify(const unsigned char *bytes, size_t n, unsigned zoom)
{
	struct look l = {.p = bytes + 1, .end = bytes + n, .side = INT64_C(1) << (zoom + 12)};
	int kind = n ? *bytes & KIND : 0;
	uint32_t count = 1;

	if (kind == 0 || *bytes > (KIND | IS_DOT))
		return false;
	if (kind == MM_GRID_POINT) {
		uint32_t command = look_varint(&l);

		count = command >> 3;
		l.bad |= (command & 7) != MOVE || count == 0;
	}
	for (int k = 0; k < 2; k++) {
		l.at[k] = look_varint(&l);
		l.bad |= l.at[k] > l.side;
	}
	if (*bytes & IS_DOT)
		return !l.bad && l.p == l.end && kind != MM_GRID_POINT;
	if (kind == MM_GRID_POINT)
		look_points(&l, count - 1);
	else
		look_runs(&l, (enum mm_grid_kind)kind);
	return !l.bad && l.p == l.end;
}
