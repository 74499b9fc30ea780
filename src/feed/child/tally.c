#include "feed/child/tally.h"

#include "base/map.h"
#include "base/num.h"
#include "base/text.h"
#include "feed/child/convert.h"

#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_string.h>

struct mm_tally *mm_tally_new(void)
{
	struct mm_tally *t = calloc(1, sizeof(*t));

	if (t)
		t->seen = mm_map_new();
	if (t && !t->seen) {
		free(t);
		t = NULL;
	}
	return t;
}

struct mm_tally *mm_tally_free(struct mm_tally *t)
{
	for (size_t i = 0; t && i < t->distinct; i++)
		free(t->value[i]);
	if (t)
		(void)mm_map_free(t->seen);
	free(t);
	return NULL;
}

static void count_value(struct mm_tally *t, const char *text, size_t n)
{
	uint32_t at = mm_map_find(t->seen, text, n);

	if (at != MM_MAP_NONE) {
		t->has_twins = true;
		if (at < t->distinct)
			t->times[at]++;
		return;
	}
	if (t->distinct < MM_TALLY_VALUES) {
		size_t keep = n < MM_TALLY_SAMPLE_BYTES ? n : MM_TALLY_SAMPLE_BYTES;
		char *copy = malloc(keep + 1);

		if (!copy)
			return;
		memcpy(copy, text, keep);
		copy[keep] = '\0';
		t->value[t->distinct] = copy;
		t->value_len[t->distinct] = (uint32_t)keep;
		t->times[t->distinct] = 1;
		(void)mm_map_add(t->seen, text, n, (uint32_t)t->distinct++);
	} else if (!t->has_twins) {
		(void)mm_map_add(t->seen, text, n, MM_MAP_NONE - 1);
	}
}

static void count_number(struct mm_tally *t, const char *text, size_t n)
{
	double v, plain;

	if (!n || n > 30 || !mm_convert_number(text, n, &v))
		return;
	if (mm_num_parse(text, n, &plain))
		t->numeric++;
	else if (memchr(text, ',', n))
		t->decimal_comma++;
	if (n > 1 && text[0] == '0' && strspn(text, "0123456789") == n)
		t->leading_zeros++;
	t->min = t->has_range && t->min < v ? t->min : v;
	t->max = t->has_range && t->max > v ? t->max : v;
	t->has_range = true;
}

void mm_tally_add(struct mm_tally *t, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	if (!text) {
		t->nulls++;
		return;
	}
	if (!n)
		t->empty++;
	if (n > t->max_length)
		t->max_length = n;
	count_value(t, text, n);
	count_number(t, text, n);
}

void mm_tally_put_text(struct mm_json *j, const char *key, const char *raw_key, const char *text, size_t n)
{
	char *base64;

	if (mm_text_utf8_valid(text, n) == n) {
		mm_json_text_n(j, key, text, n);
		return;
	}
	base64 = CPLBase64Encode((int)n, (const GByte *)text);
	mm_json_text(j, raw_key, base64);
	CPLFree(base64);
}

/* The most frequent first; of equals the one seen first. */
static void write_samples(struct mm_tally *t, struct mm_json *j)
{
	mm_json_open(j, "samples", '[');
	for (int k = 0; k < MM_TALLY_SAMPLES; k++) {
		size_t best = t->distinct, len;

		for (size_t i = 0; i < t->distinct; i++)
			if (t->times[i] && (best == t->distinct || t->times[i] > t->times[best]))
				best = i;
		if (best == t->distinct)
			break;
		len = t->value_len[best];
		if (len == MM_TALLY_SAMPLE_BYTES) /* do not cut a letter in two */
			while (len && len > MM_TALLY_SAMPLE_BYTES - 4 &&
			       mm_text_utf8_valid(t->value[best], len) != len)
				len--;
		mm_json_open(j, NULL, '{');
		mm_tally_put_text(j, "value", "raw", t->value[best], len);
		mm_json_int(j, "count", t->times[best]);
		mm_json_close(j, '}');
		t->times[best] = 0;
	}
	mm_json_close(j, ']');
}

void mm_tally_write(struct mm_tally *t, struct mm_json *j)
{
	mm_json_int(j, "nulls", (int64_t)t->nulls);
	mm_json_int(j, "empty", (int64_t)t->empty);
	mm_json_int(j, "distinct", (int64_t)t->distinct);
	mm_json_bool(j, "unique", !t->has_twins && !t->nulls && !t->empty && t->distinct > 0);
	mm_json_int(j, "leading_zeros", (int64_t)t->leading_zeros);
	mm_json_int(j, "numeric", (int64_t)t->numeric);
	mm_json_int(j, "decimal_comma", (int64_t)t->decimal_comma);
	mm_json_int(j, "max_length", (int64_t)t->max_length);
	if (t->has_range) {
		mm_json_double(j, "min", t->min);
		mm_json_double(j, "max", t->max);
	}
	write_samples(t, j);
}
