#include "style/palette.h"

#include "style/asset.h"
#include "style/color.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct mm_palette {
	json_t *table;
	json_t *styles, *tokens; /* of the table */
};

enum mm_code mm_palette_new(struct mm_palette **ret, struct mm_err *reterr)
{
	const struct mm_asset *file = mm_asset_find("styles/tokens.json");
	struct mm_palette *p = calloc(1, sizeof(*p));

	if (p && file)
		p->table = json_loadb((const char *)file->data, file->len, JSON_REJECT_DUPLICATES, NULL);
	if (!p || !p->table) {
		free(p);
		return mm_fail_nomem(reterr);
	}
	p->styles = json_object_get(p->table, "styles");
	p->tokens = json_object_get(p->table, "tokens");
	*ret = p;
	return MM_OK;
}

struct mm_palette *mm_palette_free(struct mm_palette *p)
{
	if (!p)
		return NULL;
	json_decref(p->table);
	free(p);
	return NULL;
}

size_t mm_palette_count(const struct mm_palette *p)
{
	return json_array_size(p->styles);
}

const json_t *mm_palette_style(const struct mm_palette *p, size_t style)
{
	return json_array_get(p->styles, style);
}

const char *mm_palette_id(const struct mm_palette *p, size_t style)
{
	return json_string_value(json_object_get(mm_palette_style(p, style), "id"));
}

size_t mm_palette_find(const struct mm_palette *p, const char *id)
{
	if (strcmp(id, "munimap") == 0)
		return 0;
	for (size_t i = 0; i < mm_palette_count(p); i++)
		if (strcmp(mm_palette_id(p, i), id) == 0)
			return i;
	return SIZE_MAX;
}

json_t *mm_palette_value(const struct mm_palette *p, size_t style, const char *token)
{
	const json_t *row = json_object_get(p->tokens, token);
	json_t *value = json_object_get(row, mm_palette_id(p, style));

	return value ? value : json_object_get(row, "all");
}

const char *mm_palette_color(const struct mm_palette *p, size_t style, const char *token)
{
	const char *color = json_string_value(mm_palette_value(p, style, token));

	return color ? color : "";
}

void mm_palette_set(struct mm_palette *p, const char *token, json_t *value)
{
	(void)json_object_set_new(p->tokens, token, json_pack("{s:o}", "all", value));
}

/* What stands in the place of a value: the token that it names, else itself. NULL: no such token. */
static json_t *meant(const struct mm_palette *p, size_t style, json_t *value, struct mm_err *reterr)
{
	const char *text = json_string_value(value);

	if (!text || *text != '@')
		return mm_palette_fill(p, style, value, reterr) ? NULL : value;
	value = mm_palette_value(p, style, text + 1);
	if (!value)
		(void)mm_fail(reterr, MM_E_INTERNAL, "style", "there is no token \"%s\" in tokens.json",
			      text + 1);
	return value;
}

enum mm_code mm_palette_fill(const struct mm_palette *p, size_t style, json_t *document,
			     struct mm_err *reterr)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(document, key, value)
	{
		json_t *own = meant(p, style, value, reterr);

		if (!own)
			return MM_E_INTERNAL;
		if (own != value && json_object_set(document, key, own))
			return mm_fail_nomem(reterr);
	}
	json_array_foreach(document, i, value)
	{
		json_t *own = meant(p, style, value, reterr);

		if (!own)
			return MM_E_INTERNAL;
		if (own != value && json_array_set(document, i, own))
			return mm_fail_nomem(reterr);
	}
	return MM_OK;
}

void mm_palette_css(const struct mm_palette *p, size_t style, struct mm_buf *css)
{
	const char *token;
	json_t *row;

	json_object_foreach(p->tokens, token, row)
	{
		const char *color = mm_palette_color(p, style, token);

		if (*color == '#')
			mm_buf_printf(css, ".fill-%s{fill:%s}.stroke-%s{stroke:%s}", token, color, token,
				      color);
	}
}

const char *mm_palette_legible(const struct mm_palette *p, size_t style, const char *color, char *out)
{
	const double least = json_number_value(json_object_get(mm_palette_style(p, style), "least_contrast"));
	struct mm_color own, ground;

	if (!mm_color_parse(color, &own) || !mm_color_parse(mm_palette_color(p, style, "land"), &ground) ||
	    mm_color_contrast(own, ground) >= least)
		return color;
	mm_color_format(mm_color_legible(own, ground, least), out);
	return out;
}
