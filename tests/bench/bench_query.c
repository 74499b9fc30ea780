#include "base/clock.h"
#include "query/filter_bind.h"
#include "query/query.h"
#include "store/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Counts the rows of one layer that a CQL2 text matches, on one core, as the server does it for one request:
 * the text is read, bound and made ready each time, and nothing is kept.
 *
 *     bench_query SNAPSHOT METRIC-CRS ROUNDS [OTHER-SNAPSHOT] < TEXT
 *
 * OTHER  a layer that the text may name
 *
 * Prints the rows that match, and the median and slowest round in milliseconds.
 */

enum { ROUNDS_MAX = 100, MEMORY_MAX = 256 << 20 };

static void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static char *read_text(FILE *in)
{
	char *text = calloc(1, MM_FILTER_TEXT_MAX + 2);
	size_t n = text ? fread(text, 1, MM_FILTER_TEXT_MAX + 1, in) : 0;

	while (n && text[n - 1] == '\n')
		text[--n] = '\0';
	return text;
}

static enum mm_code count(const struct mm_layer *l, const char *text, const struct mm_filter_crs *crs,
			  struct mm_kit *kit, uint32_t *ret, struct mm_err *reterr)
{
	struct mm_query q = {0};
	struct mm_arena mem;
	struct mm_filter *f = NULL;
	struct mm_page page = {0};
	enum mm_code rc;

	mm_arena_init(&mem, MEMORY_MAX);
	rc = mm_cql2_text_parse(text, &mem, &f, reterr);
	if (!rc)
		rc = mm_filter_bind(f, text, mm_layer_schema(l), &mem, reterr);
	if (!rc)
		rc = mm_filter_run_new(f, l, crs, kit, &q.filter, reterr);
	if (!rc)
		rc = mm_query_run(l, &q, kit->proj, 0, 1, &mem, &page, reterr);
	mm_filter_run_free(q.filter);
	mm_arena_release(&mem);
	*ret = page.matched;
	return rc;
}

static const struct mm_catalog *catalog_of(const char *path)
{
	const struct mm_map_info map = {.crs_code = "", .crs_name = "", .crs_definition = ""};
	struct mm_entry entry = {.error = ""};
	const struct mm_catalog *c;
	struct mm_err err = {0};

	if (mm_layer_open_quick(path, &entry.layer, &err))
		die(path, err.msg);
	entry.id = mm_layer_schema(entry.layer)->id;
	c = mm_catalog_new(1, &map, &entry, 1);
	(void)mm_layer_unref(entry.layer);
	return c;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	const int rounds = argc > 3 ? atoi(argv[3]) : 0;
	struct mm_kits *kits = mm_kits_new();
	struct mm_kit *kit = NULL;
	struct mm_layer *layer = NULL;
	struct mm_filter_crs crs = {0};
	struct mm_err err = {0};
	double ms[ROUNDS_MAX];
	uint32_t matched = 0;
	char *text;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		die("bench_query", "SNAPSHOT METRIC-CRS ROUNDS [OTHER-SNAPSHOT] < TEXT");
	crs = (struct mm_filter_crs){.metric = argv[2], .catalog = argc > 4 ? catalog_of(argv[4]) : NULL};
	text = read_text(stdin);
	if (!text || !kits || mm_kits_take(kits, &kit, &err) || mm_layer_open_quick(argv[1], &layer, &err))
		die(argv[1], err.msg);
	for (int i = -1; i < rounds; i++) { /* the first warms up */
		const int64_t begin = mm_clock_mono_ns();

		if (count(layer, text, &crs, kit, &matched, &err))
			die(err.where, err.msg);
		if (i >= 0)
			ms[i] = (double)(mm_clock_mono_ns() - begin) / 1e6;
	}
	qsort(ms, (size_t)rounds, sizeof(*ms), by_size);
	(void)printf("matched %u median %.3f max %.3f\n", matched, ms[rounds / 2], ms[rounds - 1]);
	(void)mm_layer_unref(layer);
	(void)mm_catalog_unref(crs.catalog);
	mm_kits_give(kits, kit);
	kits = mm_kits_free(kits);
	free(text);
	return 0;
}
