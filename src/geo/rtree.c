#include "geo/rtree.h"

#include "base/prefetch.h"

#include <stdlib.h>
#include <string.h>

enum { LEVELS = 9 }; /* 16^8 = 2^32 items: their own level and eight above */

/* First box of each level, and one past the last. */
struct plan {
	size_t first[LEVELS + 1];
	int levels;
};

static struct plan plan_of(uint32_t count)
{
	struct plan p = {{0}, 0};
	size_t n = count;

	for (; n > 0; n = n > 1 ? (n + MM_RTREE_NODE - 1) / MM_RTREE_NODE : 0, p.levels++)
		p.first[p.levels + 1] = p.first[p.levels] + n;
	return p;
}

size_t mm_rtree_box_count(uint32_t count)
{
	struct plan p = plan_of(count);

	return p.first[p.levels];
}

struct entry {
	uint64_t code;
	uint32_t item;
};

/* Cells of the curve are 256 units (2.4 m) a side, so the code has 48 bits. */
enum { CELL_BITS = 8, CODE_BYTES = 2 * (32 - CELL_BITS) / 8, KEY_BYTES = CODE_BYTES + (int)sizeof(uint32_t) };

/* Distance along the Hilbert curve: two bits a step, orientation kept as a state. */
static uint64_t hilbert(uint32_t x, uint32_t y)
{
	/* [state][2 * x bit + y bit]: digit << 2 | next state. The states are the four orientations of the
	 * curve. */
	static const unsigned char step[4][4] = {
	    {0 << 2 | 1, 1 << 2 | 0, 3 << 2 | 3, 2 << 2 | 0},
	    {0 << 2 | 0, 3 << 2 | 2, 1 << 2 | 1, 2 << 2 | 1},
	    {2 << 2 | 2, 3 << 2 | 1, 1 << 2 | 2, 0 << 2 | 3},
	    {2 << 2 | 3, 1 << 2 | 3, 3 << 2 | 0, 0 << 2 | 2},
	};
	uint64_t code = 0;
	unsigned state = 0;

	for (int bit = 31; bit >= CELL_BITS; bit--) {
		unsigned s = step[state][(x >> bit & 1) << 1 | (y >> bit & 1)];

		code = code << 2 | s >> 2;
		state = s & 3;
	}
	return code;
}

/* Byte `i` of what entries are sorted by, the highest first: the code, then the item. */
static unsigned key_byte(const struct entry *e, unsigned i)
{
	const uint64_t from =
	    i < CODE_BYTES ? e->code >> 8 * (CODE_BYTES - 1 - i) : e->item >> 8 * (KEY_BYTES - 1 - i);

	return (unsigned)(from & 0xff);
}

static bool is_before(const struct entry *a, const struct entry *b)
{
	return a->code != b->code ? a->code < b->code : a->item < b->item;
}

static void sort_few(struct entry *e, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct entry one = e[i];
		size_t at = i;

		for (; at > 0 && is_before(&one, &e[at - 1]); at--)
			e[at] = e[at - 1];
		e[at] = one;
	}
}

/* Brings entries into the bins of a byte: each that is in a wrong one takes the place of the next there. */
static void deal_out(struct entry *e, unsigned byte, size_t *at, const size_t *end)
{
	for (unsigned bin = 0; bin < 256; bin++)
		while (at[bin] < end[bin]) {
			struct entry one = e[at[bin]];

			for (unsigned to; (to = key_byte(&one, byte)) != bin;) {
				const struct entry other = e[at[to]];

				e[at[to]++] = one;
				one = other;
			}
			e[at[bin]++] = one;
		}
}

/* Sorts where they are, from a byte of the key on (American flag sort: McIlroy, Bostic, McIlroy, "Engineering
 * Radix Sort", 1993). */
static void sort_entries(struct entry *e, size_t count, unsigned byte)
{
	enum { FEW = 32 };
	size_t at[256], end[256], sum = 0;

	if (count <= FEW) {
		sort_few(e, count);
		return;
	}
	memset(end, 0, sizeof(end));
	for (size_t i = 0; i < count; i++)
		end[key_byte(&e[i], byte)]++;
	for (unsigned bin = 0; bin < 256; bin++) {
		at[bin] = sum;
		sum += end[bin];
		end[bin] = sum;
	}
	deal_out(e, byte, at, end);
	for (unsigned bin = 0; bin < 256 && byte + 1 < KEY_BYTES; bin++) {
		const size_t first = bin ? end[bin - 1] : 0;

		if (end[bin] > first + 1)
			sort_entries(e + first, end[bin] - first, byte + 1);
	}
}

static void add_box(struct mm_world_box *b, const struct mm_world_box *o)
{
	b->min_x = o->min_x < b->min_x ? o->min_x : b->min_x;
	b->min_y = o->min_y < b->min_y ? o->min_y : b->min_y;
	b->max_x = o->max_x > b->max_x ? o->max_x : b->max_x;
	b->max_y = o->max_y > b->max_y ? o->max_y : b->max_y;
}

static void add_parents(const struct plan *p, struct mm_world_box *box)
{
	for (int level = 1; level < p->levels; level++) {
		size_t child = p->first[level - 1];

		for (size_t node = p->first[level]; node < p->first[level + 1]; node++) {
			struct mm_world_box b = {UINT32_MAX, UINT32_MAX, 0, 0};

			for (int i = 0; i < MM_RTREE_NODE && child < p->first[level]; i++)
				add_box(&b, &box[child++]);
			box[node] = b;
		}
	}
}

static uint32_t middle(uint32_t a, uint32_t b)
{
	return (uint32_t)(((uint64_t)a + b) / 2);
}

void mm_rtree_build(const struct mm_world_box *item, const uint32_t *number, uint32_t count,
		    struct mm_world_box *ret_box, uint32_t *ret_index)
{
	const struct plan p = plan_of(count);
	struct entry *e = (struct entry *)(void *)ret_box;

	_Static_assert(sizeof(*e) == sizeof(*ret_box), "entries are sorted where the boxes will be");
	for (uint32_t i = 0; i < count; i++)
		e[i] = (struct entry){
		    hilbert(middle(item[i].min_x, item[i].max_x), middle(item[i].min_y, item[i].max_y)), i};
	sort_entries(e, count, 0);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t from = e[i].item;

		memcpy(&ret_box[i], &item[from], sizeof(*ret_box));
		ret_index[i] = number ? number[from] : from;
	}
	add_parents(&p, ret_box);
}

/*
 * A box as four signed numbers, of which a window has the most that they may be: comparing all four at once
 * says whether they meet. Its own words for what the processor has, so that no machine is left out.
 */
typedef int32_t four __attribute__((vector_size(16)));
typedef int64_t two __attribute__((vector_size(16)));
static const four FLIP = {INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX};

static bool meets(const struct mm_world_box *b, four most)
{
	four v;
	two beyond;

	memcpy(&v, b, sizeof(v));
	beyond = (two)((v ^ FLIP) > most);
	return (beyond[0] | beyond[1]) == 0;
}

static four most_of(const struct mm_world_box *w)
{
	const struct mm_world_box turned = {w->max_x, w->max_y, w->min_x, w->min_y};
	four v;

	memcpy(&v, &turned, sizeof(v));
	return v ^ FLIP;
}

/* Which boxes of a node meet the window, one bit each: all are looked at before any is followed, as nobody
 * can foresee which they are. */
static uint32_t meeting(const struct mm_world_box *box, size_t count, four most)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= (uint32_t)meets(&box[i], most) << i;
	return bits;
}

/* The items of a leaf; false: `visit` has had enough. */
static bool search_leaf(const struct mm_rtree *t, size_t from, size_t to, four most,
			bool (*visit)(void *ctx, uint32_t number), void *ctx)
{
	for (uint32_t bits = meeting(t->box + from, to - from, most); bits; bits &= bits - 1) {
		const size_t i = from + (size_t)__builtin_ctz(bits);

		if (t->box[i].min_x <= t->box[i].max_x && /* without a place: never met */
		    !visit(ctx, t->index ? t->index[i] : (uint32_t)i))
			return false;
	}
	return true;
}

/* Has memory fetch the boxes of a node's children, and what is known of items beside them. */
static void fetch(const struct mm_rtree *t, size_t child, bool are_items)
{
	enum { LINE = 64 / sizeof(struct mm_world_box) };

	for (size_t i = 0; i < MM_RTREE_NODE; i += LINE)
		mm_prefetch(t->box + child + i);
	if (!are_items)
		return;
	if (t->index)
		mm_prefetch(t->index + child);
	for (int i = 0; i < MM_RTREE_BESIDE && t->beside[i]; i++)
		mm_prefetch(t->beside[i] + child);
}

/* The children of a node that meet the window, one bit each, and memory on its way to theirs. */
static uint32_t open_node(const struct mm_rtree *t, const struct plan *p, int level, size_t from, four most)
{
	const size_t left = p->first[level + 1] - from, count = left < MM_RTREE_NODE ? left : MM_RTREE_NODE;
	const uint32_t bits = meeting(t->box + from, count, most);

	for (uint32_t rest = bits; rest; rest &= rest - 1)
		fetch(t,
		      p->first[level - 1] +
			  (from + (size_t)__builtin_ctz(rest) - p->first[level]) * MM_RTREE_NODE,
		      level == 1);
	return bits;
}

/* Depth-first with the children still to come of one node a level, so the depth of the tree is all the stack
 * there is. */
void mm_rtree_search(const struct mm_rtree *t, const struct mm_world_box *window,
		     bool (*visit)(void *ctx, uint32_t number), void *ctx)
{
	const struct plan p = plan_of(t->count);
	const four most = most_of(window);
	size_t from[LEVELS];
	uint32_t bits[LEVELS] = {0};
	int level = p.levels - 1;

	if (level <= 0) {
		if (level == 0)
			(void)search_leaf(t, 0, t->count, most, visit, ctx);
		return;
	}
	from[level] = p.first[level];
	bits[level] = open_node(t, &p, level, from[level], most);
	while (level < p.levels) {
		size_t node, child, end;

		if (!bits[level]) {
			level++;
			continue;
		}
		node = from[level] + (size_t)__builtin_ctz(bits[level]);
		bits[level] &= bits[level] - 1;
		child = p.first[level - 1] + (node - p.first[level]) * MM_RTREE_NODE;
		if (level > 1) {
			level--;
			from[level] = child;
			bits[level] = open_node(t, &p, level, child, most);
			continue;
		}
		end = child + MM_RTREE_NODE < p.first[1] ? child + MM_RTREE_NODE : p.first[1];
		if (!search_leaf(t, child, end, most, visit, ctx))
			return;
	}
}

static bool holds(const struct mm_world_box *outer, const struct mm_world_box *inner)
{
	return outer->min_x <= inner->min_x && outer->min_y <= inner->min_y && outer->max_x >= inner->max_x &&
	       outer->max_y >= inner->max_y;
}

bool mm_rtree_verify(const struct mm_rtree *t, uint32_t limit)
{
	struct plan p = plan_of(t->count);

	for (uint32_t i = 0; i < t->count; i++)
		if (t->index[i] >= limit)
			return false;
	for (int level = 1; level < p.levels; level++)
		for (size_t i = 0; p.first[level - 1] + i < p.first[level]; i++)
			if (!holds(&t->box[p.first[level] + i / MM_RTREE_NODE],
				   &t->box[p.first[level - 1] + i]))
				return false;
	return true;
}
