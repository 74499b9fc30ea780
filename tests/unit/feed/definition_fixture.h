#ifndef TEST_DEFINITION_FIXTURE_H
#define TEST_DEFINITION_FIXTURE_H

#include "feed_fixture.h"

#include "feed/definition.h"

/* Files of definitions, good and bad, as texts. */

struct bad {
	const char *yaml;
	unsigned line; /* 0: the file as a whole */
	const char *msg;
};

static const struct mm_theme_def themes[] = {{"transport", {"", ""}}, {"housing", {"", ""}}};

static inline struct mm_map_def map_with_themes(const char *dir)
{
	return (struct mm_map_def){.dir = dir,
				   .file = "",
				   .theme = (struct mm_theme_def *)(uintptr_t)themes,
				   .theme_count = sizeof(themes) / sizeof(themes[0])};
}

static inline enum mm_code parse(struct feed *f, const char *yaml, size_t n, struct mm_layer_def *ret,
				 struct mm_err *err)
{
	struct mm_map_def map = map_with_themes(f->dir);

	return mm_layer_def_parse(&map, "layers/x.yaml", yaml, n, &f->mem, ret, err);
}

static inline struct mm_layer_def parsed(struct feed *f, const char *yaml)
{
	struct mm_layer_def d = {0};
	struct mm_err err = {0};

	if (parse(f, yaml, strlen(yaml), &d, &err))
		fail_msg("%s: %s\n%s", err.where, err.msg, yaml);
	return d;
}

static inline void check_error(const struct mm_err *err, const char *file, const struct bad *b)
{
	char where[256];

	if (b->line)
		(void)snprintf(where, sizeof(where), "%s:%u", file, b->line);
	else
		(void)snprintf(where, sizeof(where), "%s", file);
	if (strcmp(err->where, where) != 0 || strcmp(err->msg, b->msg) != 0)
		fail_msg("\n%s\nsaid   %s: %s\nwanted %s: %s", b->yaml, err->where, err->msg, where, b->msg);
}

static inline void check_layers(struct feed *f, const struct bad *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct mm_layer_def d = {.id = "untouched"};
		struct mm_err err = {0};

		assert_int_equal(parse(f, rows[i].yaml, strlen(rows[i].yaml), &d, &err), MM_E_INVALID);
		check_error(&err, "layers/x.yaml", &rows[i]);
		assert_string_equal(d.id, "untouched");
	}
}

#define CHECK(f, rows) check_layers(f, rows, sizeof(rows) / sizeof(rows[0]))

#define TEST(name) cmocka_unit_test_setup_teardown(name, feed_begin, feed_end)

#endif
