/* libFuzzer: any text as a layer file. It gives a whole definition or one sentence with the place; nothing of
 * what it names is opened but a .wkt or .prj, and there is none in this folder. */
#include "base/text.h"
#include "feed/definition.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	MM_CHECK(text);
	MM_CHECK(mm_text_utf8_valid(text, strlen(text)) == strlen(text));
}

static void check_definition(const struct mm_layer_def *d)
{
	const char *const texts[] = {d->file,    d->id,       d->title.ru,  d->title.en, d->owner.ru,
				     d->license, d->theme,    d->source,    d->driver,   d->table,
				     d->sql,     d->encoding, d->crs,       d->crs_file, d->point_x,
				     d->point_y, d->id_field, d->style_json};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_text(texts[i]);
	MM_CHECK(*d->id && *d->source && d->source_line);
	MM_CHECK(d->min_zoom <= d->max_zoom && d->max_zoom <= 22);
	for (size_t i = 0; i < d->open_option_count; i++)
		MM_CHECK(strchr(d->open_options[i], '='));
	for (size_t i = 0; i < d->field_count; i++) {
		const struct mm_field_def *f = &d->field[i];

		check_text(f->name);
		check_text(f->column);
		check_text(f->type);
		check_text(f->unit.ru);
		check_text(f->unit.en);
		for (size_t k = 0; k < f->code_count; k++)
			check_text(f->codes[k].value);
	}
}

static void check_error(enum mm_code rc, const struct mm_err *err)
{
	MM_CHECK(rc == MM_E_INVALID || rc == MM_E_LIMIT);
	MM_CHECK(err->code == rc && *err->msg);
	MM_CHECK(strncmp(err->where, "/nowhere/fuzz.yaml", 18) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mm_theme_def themes[] = {{"transport", {"", ""}}, {"housing", {"", ""}}};
	const struct mm_map_def map = {
	    .dir = "/nowhere", .file = "", .theme = themes, .theme_count = size % 2 ? 2 : 0};
	struct mm_layer_def d;
	struct mm_err err = {0};
	enum mm_code rc;
	MM_ARENA_SCOPE(mem, (size_t)64 << 20);

	rc = mm_layer_def_parse(&map, "/nowhere/fuzz.yaml", data ? (const char *)data : "", size, &mem, &d,
				&err);
	if (rc)
		check_error(rc, &err);
	else
		check_definition(&d);
	return 0;
}
