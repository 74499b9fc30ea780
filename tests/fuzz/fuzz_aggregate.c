#include "analysis/aggregate.h"
#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* functions=, group-by= and sortby=: what is read is within its bounds, and its names are read again as the
 * same; what is not read is refused in words. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mm_field fields[] = {
    {.name = "n", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}},
    {.name = "a,(\"b\")", .type = MM_TYPE_REAL, .title = {"", ""}, .unit = {"", ""}},
    {.name = "length", .type = MM_TYPE_TEXT, .title = {"", ""}, .unit = {"", ""}},
    {.name = "list", .type = MM_TYPE_JSON, .title = {"", ""}, .unit = {"", ""}},
    {.name = "secret", .type = MM_TYPE_INT, .title = {"", ""}, .unit = {"", ""}, .hidden = true},
};
static const struct mm_schema schema = {.id = "layer", .field = fields, .field_count = 5};
enum { TYPES = 1u << MM_GEOM_LINE | 1u << MM_GEOM_POLYGON };

static char *join(const struct mm_aggregate *a)
{
	struct mm_buf b;
	char *text;

	mm_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < a->function_count; i++)
		mm_buf_printf(&b, "%s%s", i ? "," : "", a->function[i].name);
	mm_buf_byte(&b, '\0');
	MM_CHECK(!b.failed);
	text = strdup((const char *)b.data);
	MM_CHECK(text);
	mm_buf_release(&b);
	return text;
}

static void read_again(const struct mm_aggregate *a, struct mm_arena *mem)
{
	char *text = join(a);
	struct mm_aggregate again = {0};

	MM_CHECK(mm_functions_parse(text, &schema, TYPES, mem, &again, NULL) == MM_OK);
	MM_CHECK(again.function_count == a->function_count);
	for (size_t i = 0; i < a->function_count; i++) {
		const struct mm_function *f = &a->function[i], *g = &again.function[i];

		MM_CHECK(f->kind == g->kind && f->of == g->of && f->field == g->field);
		MM_CHECK(f->of != MM_OF_FIELD || (f->field < 5 && !fields[f->field].hidden));
	}
	MM_CHECK(mm_group_order_parse(text, &again, NULL) == MM_OK ||
		 again.function_count > MM_GROUP_ORDERS_MAX);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MM_ARENA_SCOPE(mem, 16 << 20);
	char *text = malloc(size + 1);
	struct mm_aggregate a = {0};
	struct mm_err err = {0};

	MM_CHECK(text);
	memcpy(text, data, size);
	text[size] = '\0';
	if (mm_functions_parse(text, &schema, TYPES, &mem, &a, &err) == MM_OK) {
		MM_CHECK(a.function_count >= 1 && a.function_count <= MM_FUNCTIONS_MAX);
		read_again(&a, &mem);
	} else {
		MM_CHECK(*err.msg && a.function_count == 0);
	}
	err = (struct mm_err){0};
	if (mm_group_by_parse(text, &schema, NULL, &mem, &a, &err) == MM_OK)
		MM_CHECK(a.by_count <= MM_GROUP_BY_MAX);
	else
		MM_CHECK(*err.msg && a.by_count == 0);
	if (mm_group_order_parse(text, &a, NULL) == MM_OK)
		MM_CHECK(a.order_count <= MM_GROUP_ORDERS_MAX);
	free(text);
	return 0;
}
