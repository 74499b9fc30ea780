/* libFuzzer: any text as a CRS. Once parsed, the definition must parse again to itself, and a way to it from
 * lon/lat must exist or be refused with words. */
#include "geo/crs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct mm_proj *p, const char *text)
{
	struct mm_crs c, again;
	struct mm_err err = {0};
	const struct mm_transform *t;
	double xy[] = {39.5992, 52.6088, -180, 90};

	if (mm_crs_parse(p, text, &c, &err)) {
		MM_CHECK(err.msg[0] != '\0');
		return;
	}
	MM_CHECK(mm_crs_parse(p, c.definition, &again, &err) == MM_OK);
	MM_CHECK(strcmp(again.code, c.code) == 0 && again.is_geographic == c.is_geographic);
	if (mm_transform_get(p, MM_CRS84, c.definition, &t, &err) == MM_OK)
		(void)mm_transform_points(t, xy, 2);
	mm_crs_release(&again);
	mm_crs_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mm_proj *p;
	char *text;

	if (size > 4096)
		return 0;
	p = mm_proj_new();
	text = calloc(size + 1, 1);
	if (p && text) {
		if (size > 0)
			memcpy(text, data, size);
		check(p, text);
	}
	free(text);
	(void)mm_proj_free(p);
	return 0;
}
