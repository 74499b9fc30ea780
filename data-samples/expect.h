#ifndef MM_TOWN_EXPECT_H
#define MM_TOWN_EXPECT_H

/*
 * The planted numbers, by layer and key: what expected.json holds. The writers fill one while they plant,
 * check.c fills another from the written files; both must be the same.
 */
struct mm_expect_item {
	char layer[32], key[64];
	double value; /* whole numbers below 2^53, or metres */
	int decimals;
};

struct mm_expect {
	struct mm_expect_item *item;
	int n, cap;
};

/* Adds `value` to the number under layer/key (starting from 0), so that writers count as they plant. */
void mm_expect_add(struct mm_expect *expect, const char *layer, const char *key, double value);

/* Like mm_expect_add for a measure with `decimals` places. */
void mm_expect_measure(struct mm_expect *expect, const char *layer, const char *key, double value,
		       int decimals);

/* "prefix.word" as a key: counts by class. */
void mm_expect_class(struct mm_expect *expect, const char *layer, const char *prefix, const char *word);

/* Number of differences, each told on stderr. */
int mm_expect_compare(struct mm_expect *planted, struct mm_expect *found);

/* Writes expected.json, keys sorted. 0 on success. */
int mm_expect_write(struct mm_expect *expect, const char *path);

/* Reads what mm_expect_write wrote. 0 on success. */
int mm_expect_read(struct mm_expect *expect, const char *path);
void mm_expect_free(struct mm_expect *expect);

#endif
