#include "expect.h"

#include "geom.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mm_expect_item *item_of(struct mm_expect *expect, const char *layer, const char *key)
{
	struct mm_expect_item *it;

	for (int i = 0; i < expect->n; i++)
		if (!strcmp(expect->item[i].layer, layer) && !strcmp(expect->item[i].key, key))
			return &expect->item[i];
	mm_grow(&expect->item, expect->n, &expect->cap, sizeof(*expect->item));
	it = &expect->item[expect->n++];
	*it = (struct mm_expect_item){0};
	(void)snprintf(it->layer, sizeof(it->layer), "%s", layer);
	(void)snprintf(it->key, sizeof(it->key), "%s", key);
	return it;
}

void mm_expect_add(struct mm_expect *expect, const char *layer, const char *key, double value)
{
	item_of(expect, layer, key)->value += value;
}

void mm_expect_measure(struct mm_expect *expect, const char *layer, const char *key, double value,
		       int decimals)
{
	struct mm_expect_item *it = item_of(expect, layer, key);

	it->value += value;
	it->decimals = decimals;
}

void mm_expect_class(struct mm_expect *expect, const char *layer, const char *prefix, const char *word)
{
	char key[64];

	(void)snprintf(key, sizeof(key), "%s.%s", prefix, word);
	mm_expect_add(expect, layer, key, 1);
}

static int by_name(const void *a, const void *b)
{
	const struct mm_expect_item *x = a, *y = b;
	int c = strcmp(x->layer, y->layer);

	return c ? c : strcmp(x->key, y->key);
}

static int missing(const struct mm_expect *in, const struct mm_expect *from, const char *words)
{
	int bad = 0;

	for (int i = 0; i < from->n; i++)
		if (!bsearch(&from->item[i], in->item, (size_t)in->n, sizeof(*in->item), by_name)) {
			fprintf(stderr, "make-town: %s.%s = %.2f %s\n", from->item[i].layer,
				from->item[i].key, from->item[i].value, words);
			bad++;
		}
	return bad;
}

int mm_expect_compare(struct mm_expect *planted, struct mm_expect *found)
{
	int bad = 0;

	qsort(planted->item, (size_t)planted->n, sizeof(*planted->item), by_name);
	qsort(found->item, (size_t)found->n, sizeof(*found->item), by_name);
	bad += missing(found, planted, "planted, but not counted in the files");
	bad += missing(planted, found, "found in the files, but not planted");
	for (int i = 0; i < planted->n; i++) {
		const struct mm_expect_item *p = &planted->item[i];
		const struct mm_expect_item *f =
		    bsearch(p, found->item, (size_t)found->n, sizeof(*p), by_name);

		if (f && fabs(f->value - p->value) > (p->decimals ? 0.6 * pow(10, -p->decimals) : 0)) {
			fprintf(stderr, "make-town: %s.%s: planted %.4f, the files hold %.4f\n", p->layer,
				p->key, p->value, f->value);
			bad++;
		}
	}
	return bad;
}

int mm_expect_write(struct mm_expect *expect, const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return -1;
	qsort(expect->item, (size_t)expect->n, sizeof(*expect->item), by_name);
	fprintf(f, "{");
	for (int i = 0; i < expect->n; i++) {
		const struct mm_expect_item *it = &expect->item[i];
		int first = i == 0 || strcmp(it->layer, expect->item[i - 1].layer) != 0;

		if (first)
			fprintf(f, "%s\n  \"%s\": {", i ? "\n  }," : "", it->layer);
		fprintf(f, "%s\n    \"%s\": %.*f", first ? "" : ",", it->key, it->decimals, it->value);
	}
	fprintf(f, "\n  }\n}\n");
	return fclose(f);
}

int mm_expect_read(struct mm_expect *expect, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256], layer[32] = "", key[64];

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		char *colon = strstr(line, "\": "), *dot;

		if (!colon)
			continue;
		if (sscanf(line, " \"%63[^\"]", key) != 1)
			continue;
		if (colon[3] == '{') {
			(void)snprintf(layer, sizeof(layer), "%.31s", key);
			continue;
		}
		dot = strchr(colon, '.');
		mm_expect_measure(expect, layer, key, strtod(colon + 3, NULL),
				  dot ? (int)strspn(dot + 1, "0123456789") : 0);
	}
	return fclose(f);
}

void mm_expect_free(struct mm_expect *expect)
{
	free(expect->item);
	*expect = (struct mm_expect){0};
}
