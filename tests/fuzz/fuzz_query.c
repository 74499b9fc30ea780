#include "base/clock.h"
#include "base/num.h"
#include "query/query.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Texts of requests: bbox=, datetime=, numbers. What is accepted must hold what its header says. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct mm_query q = {0};
	struct mm_period p;
	double v;
	int64_t i;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (mm_query_box_parse(text, &q, NULL) == MM_OK)
		MM_CHECK(q.box_count >= 1 && q.box_deg[0].min_x <= q.box_deg[0].max_x &&
			 q.box_deg[0].min_y <= q.box_deg[0].max_y);
	if (mm_period_parse(text, &p, NULL) == MM_OK)
		MM_CHECK(p.begin_ms <= p.end_ms);
	if (mm_num_parse(text, size, &v))
		MM_CHECK(v - v == 0);
	if (mm_num_parse_int(text, size, &i)) {
		char again[MM_NUM_MAX];

		MM_CHECK(mm_num_format_int(i, again) == size && memcmp(again, text, size) == 0);
	}
	free(text);
	return 0;
}
