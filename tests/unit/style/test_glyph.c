#include "check.h"

#include "style/glyph.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* One glyph as MapLibre reads it (its glyphs.proto). */
struct read_glyph {
	uint64_t id, width, height, advance;
	int64_t left, top;
	const unsigned char *bitmap;
	size_t bitmap_len;
};

struct reader {
	const unsigned char *at, *end;
};

static uint64_t varint(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		assert_true(r->at < r->end);
		v |= (uint64_t)(*r->at & 0x7f) << shift;
		if (!(*r->at++ & 0x80))
			break;
	}
	return v;
}

static struct reader bytes(struct reader *r)
{
	uint64_t n = varint(r);
	struct reader inner = {r->at, r->at + n};

	assert_true(n <= (uint64_t)(r->end - r->at));
	r->at += n;
	return inner;
}

static int64_t unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static struct read_glyph read_glyph(struct reader r)
{
	struct read_glyph g = {0};

	while (r.at < r.end) {
		uint64_t key = varint(&r);

		if (key == (2 << 3 | 2)) {
			struct reader b = bytes(&r);

			g.bitmap = b.at;
			g.bitmap_len = (size_t)(b.end - b.at);
			continue;
		}
		assert_int_equal(key & 7, 0);
		switch (key >> 3) {
		case 1:
			g.id = varint(&r);
			break;
		case 3:
			g.width = varint(&r);
			break;
		case 4:
			g.height = varint(&r);
			break;
		case 5:
			g.left = unzigzag(varint(&r));
			break;
		case 6:
			g.top = unzigzag(varint(&r));
			break;
		case 7:
			g.advance = varint(&r);
			break;
		default:
			fail_msg("field %d of a glyph", (int)(key >> 3));
		}
	}
	return g;
}

/* Reads a whole range; returns how many glyphs it has, and the one asked for in *ret when it is there. */
static size_t read_range(const struct mm_shared *s, const char *name, uint32_t wanted, struct read_glyph *ret)
{
	struct reader all = {s->data, s->data + s->len}, stack, text;
	size_t n = 0;

	assert_int_equal(varint(&all), 1 << 3 | 2);
	stack = bytes(&all);
	assert_true(all.at == all.end);
	assert_int_equal(varint(&stack), 1 << 3 | 2);
	text = bytes(&stack);
	assert_int_equal(text.end - text.at, strlen(name));
	assert_memory_equal(text.at, name, strlen(name));
	assert_int_equal(varint(&stack), 2 << 3 | 2);
	(void)bytes(&stack);
	while (stack.at < stack.end) {
		struct read_glyph g;

		assert_int_equal(varint(&stack), 3 << 3 | 2);
		g = read_glyph(bytes(&stack));
		assert_int_equal(g.bitmap_len,
				 g.bitmap_len ? (g.width + 6) * (g.height + 6) : 0); /* border of 3 */
		if (g.id == wanted)
			*ret = g;
		n++;
	}
	return n;
}

static int open_glyphs(void **state)
{
	struct mm_glyphs *g = NULL;

	if (mm_glyphs_new(&g, NULL))
		return -1;
	*state = g;
	return 0;
}

static int close_glyphs(void **state)
{
	*state = mm_glyphs_free(*state);
	return 0;
}

static void cyrillic_letters_have_their_size_and_edge(void **state)
{
	struct mm_shared *s = NULL;
	struct read_glyph g = {0};
	unsigned char middle, corner;

	assert_int_equal(mm_glyphs_range(*state, "Noto Sans Regular", 1024, &s, NULL), MM_OK);
	assert_int_equal(read_range(s, "Noto Sans Regular", 0x041f, &g), 256); /* Noto has the whole block */
	/* П at 24 pixels: cap height 714/1000 of an em, advance 743/1000, standing on the baseline */
	assert_int_equal(g.height, 18);
	assert_in_range(g.width, 12, 15);
	assert_int_equal(g.advance, 18);
	assert_int_equal(g.top, 18 - 26); /* from the ascender: 1069/1000, which FreeType rounds up */
	middle = g.bitmap[(g.width + 6) * (3 + g.height / 2) + 3 + 1]; /* in the left stem */
	corner = g.bitmap[0];
	assert_true(middle > 192); /* the edge is at 0.75 of 255 */
	assert_true(corner < 130);
	(void)mm_shared_unref(s);
}

static void a_space_has_an_advance_and_no_ink(void **state)
{
	struct mm_shared *s = NULL;
	struct read_glyph g = {.advance = 99};

	assert_int_equal(mm_glyphs_range(*state, "Noto Sans Bold", 0, &s, NULL), MM_OK);
	assert_true(read_range(s, "Noto Sans Bold", ' ', &g) > 180);
	assert_int_equal(g.bitmap_len, 0);
	assert_in_range(g.advance, 5, 8);
	(void)mm_shared_unref(s);
}

static void letters_that_the_font_lacks_are_left_out(void **state)
{
	struct mm_shared *s = NULL;
	struct read_glyph g = {0};

	assert_int_equal(mm_glyphs_range(*state, "Noto Sans Regular", 0x4e00, &s, NULL), MM_OK);
	assert_int_equal(read_range(s, "Noto Sans Regular", 0x4e00, &g), 0);
	(void)mm_shared_unref(s);
	s = NULL;
	assert_int_equal(mm_glyphs_range(*state, "Noto Sans Regular", 65280, &s, NULL), MM_OK);
	(void)mm_shared_unref(s);
}

static void the_first_known_font_of_a_list_is_taken(void **state)
{
	struct mm_shared *a = NULL, *b = NULL;
	struct mm_err err = {0};

	assert_int_equal(
	    mm_glyphs_range(*state, "Arial Unicode,Noto Sans Italic, Noto Sans Bold", 1024, &a, NULL), MM_OK);
	assert_int_equal(mm_glyphs_range(*state, "Noto Sans Italic", 1024, &b, NULL), MM_OK);
	assert_ptr_equal(a, b); /* made once */
	(void)mm_shared_unref(a);
	(void)mm_shared_unref(b);
	assert_int_equal(mm_glyphs_range(*state, "Noto Sans", 1024, &a, &err), MM_E_NOT_FOUND);
	assert_non_null(strstr(err.msg, "Noto Sans Regular"));
	assert_int_equal(mm_glyphs_range(*state, "", 1024, &a, NULL), MM_E_NOT_FOUND);
	assert_int_equal(mm_glyphs_range(*state, ",,,", 1024, &a, NULL), MM_E_NOT_FOUND);
}

static void only_beginnings_of_ranges_are_taken(void **state)
{
	static const uint32_t bad[] = {1, 255, 1025, 65536, 4294967040u};
	struct mm_shared *s = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mm_glyphs_range(*state, "Noto Sans Bold", bad[i], &s, NULL), MM_E_INVALID);
	assert_null(s);
}

static void *ask(void *glyphs)
{
	for (uint32_t first = 0; first < 0x600; first += 256) {
		struct mm_shared *s = NULL;

		if (mm_glyphs_range(glyphs, "Noto Sans Regular", first, &s, NULL))
			return glyphs;
		(void)mm_shared_unref(s);
	}
	return NULL;
}

static void many_threads_may_ask_at_once(void **state)
{
	pthread_t thread[4];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask, *state), 0);
	for (size_t i = 0; i < 4; i++) {
		void *failed = NULL;

		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cyrillic_letters_have_their_size_and_edge),
	    cmocka_unit_test(a_space_has_an_advance_and_no_ink),
	    cmocka_unit_test(letters_that_the_font_lacks_are_left_out),
	    cmocka_unit_test(the_first_known_font_of_a_list_is_taken),
	    cmocka_unit_test(only_beginnings_of_ranges_are_taken),
	    cmocka_unit_test(many_threads_may_ask_at_once),
	};

	return cmocka_run_group_tests(tests, open_glyphs, close_glyphs);
}
