#include "base/buf.h"
#include "query/filter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* CQL2 JSON, and CQL2 text: what is read can be written, what was written is read again, and is written the
 * same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *write_text(const struct mm_filter *f)
{
	struct mm_buf b;
	char *text;

	mm_buf_init(&b, 16 << 20);
	mm_filter_put_text(f, &b);
	MM_CHECK(!b.failed);
	text = malloc(b.len + 1);
	MM_CHECK(text);
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	mm_buf_release(&b);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MM_ARENA_SCOPE(mem, 64 << 20);
	char *text = malloc(size + 1), *once, *twice;
	struct mm_filter *f = NULL, *again = NULL;
	struct mm_err err = {0};

	MM_CHECK(text);
	memcpy(text, data, size);
	text[size] = '\0';
	if (mm_cql2_json_parse(text, &mem, &again, NULL) == MM_OK)
		free(write_text(again));
	if (mm_cql2_text_parse(text, &mem, &f, &err)) {
		MM_CHECK(*err.msg && !f);
		free(text);
		return 0;
	}
	once = write_text(f);
	if (mm_cql2_text_parse(once, &mem, &again, NULL) ==
	    MM_OK) { /* longer than the first, it may be too long */
		twice = write_text(again);
		MM_CHECK(strcmp(once, twice) == 0);
		free(twice);
	} else {
		MM_CHECK(strlen(once) > size);
	}
	free(once);
	free(text);
	return 0;
}
