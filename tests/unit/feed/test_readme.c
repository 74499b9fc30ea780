#include "check.h"

#include "feed/definition_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* layers/README.md names every key that a layer file or map.yaml may have. */

static char *text;

static void read_readme(void)
{
	FILE *f = fopen("layers/README.md", "rb");
	size_t n;

	assert_non_null(f);
	text = calloc(1, 1 << 20);
	assert_non_null(text);
	n = fread(text, 1, (1 << 20) - 1, f);
	assert_true(n > 1000);
	(void)fclose(f);
}

static int missing;

static void look(const cyaml_schema_value_t *v, int depth)
{
	if (depth > 8)
		return;
	if (v->type == CYAML_MAPPING)
		for (const cyaml_schema_field_t *f = v->mapping.fields; f->key; f++) {
			char key[100];

			(void)snprintf(key, sizeof(key), "%s:", f->key);
			if (!strstr(text, key)) {
				(void)fprintf(stderr, "layers/README.md does not name the key %s\n", f->key);
				missing++;
			}
			look(&f->value, depth + 1);
		}
	if (v->type == CYAML_SEQUENCE || v->type == CYAML_SEQUENCE_FIXED)
		look(v->sequence.entry, depth + 1);
}

static void every_key_is_described(void **state)
{
	(void)state;
	read_readme();
	look(&mm_layer_yaml, 0);
	look(&mm_map_yaml, 0);
	free(text);
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_key_is_described)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
