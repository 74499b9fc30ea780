#include "archive/about.h"

#include "base/num.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 256, ZOOM_MAX = 31 };

const char *mm_archive_about_words(const char *text, size_t n, struct mm_arena *mem)
{
	const bool is_text = mm_text_utf8_valid(text, n) == n;
	char *words = mm_arena_text(mem, is_text ? text : "", is_text ? n : 0), *to = words;
	bool is_tag = false;

	for (const char *at = words; at && *at; at++) {
		is_tag = (is_tag && *at != '>') || *at == '<';
		if (!is_tag && *at != '>')
			*to++ = *at;
	}
	if (to)
		*to = '\0';
	return words;
}

static const char *text_of(const json_t *o, const char *key, struct mm_arena *mem)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? mm_archive_about_words(json_string_value(v), json_string_length(v), mem)
				 : mm_arena_text(mem, "", 0);
}

static bool has(const struct mm_archive_about *about, const char *id)
{
	for (size_t i = 0; i < about->layer_count; i++)
		if (strcmp(about->layer[i].id, id) == 0)
			return true;
	return false;
}

/* Appends a layer; takes `o` over, which has its members as they shall be. */
static enum mm_code append(const char *id, json_t *o, struct mm_arena *mem, struct mm_archive_about *about,
			   struct mm_err *reterr)
{
	char *json = o ? json_dumps(o, JSON_COMPACT) : NULL;
	struct mm_archive_layer *to;

	if (!about->layer)
		about->layer = mm_arena_array(mem, MM_ARCHIVE_LAYERS_MAX, sizeof(*about->layer));
	to = about->layer ? &about->layer[about->layer_count] : NULL;
	if (to && json) {
		to->id = mm_arena_text(mem, id, strlen(id));
		to->json = mm_arena_text(mem, json, strlen(json));
	}
	free(json);
	json_decref(o);
	if (!to || !to->id || !to->json)
		return mm_fail_nomem(reterr);
	about->layer_count++;
	return MM_OK;
}

static void copy_zoom(const json_t *from, json_t *to, const char *key)
{
	const json_t *v = json_object_get(from, key);

	if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= ZOOM_MAX)
		(void)json_object_set_new(to, key, json_integer(json_integer_value(v)));
}

/* TileJSON 3.0.0, 3.3: id and fields must be there; fields are texts. */
static json_t *layer_object(const json_t *from, const char *id)
{
	json_t *o = json_pack("{s:s}", "id", id), *fields = json_object(), *value;
	const char *key;

	if (json_is_string(json_object_get(from, "description")))
		(void)json_object_set(o, "description", json_object_get(from, "description"));
	copy_zoom(from, o, "minzoom");
	copy_zoom(from, o, "maxzoom");
	json_object_foreach(json_object_get(from, "fields"), key, value)
	{
		if (json_is_string(value))
			(void)json_object_set(fields, key, value);
	}
	(void)json_object_set_new(o, "fields", fields);
	return o;
}

static enum mm_code add_layers(const json_t *list, struct mm_arena *mem, struct mm_archive_about *about,
			       struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	if (json_array_size(list) > MM_ARCHIVE_LAYERS_MAX)
		return mm_fail(reterr, MM_E_LIMIT, "", "its vector_layers are more than %d",
			       MM_ARCHIVE_LAYERS_MAX);
	for (size_t i = 0; i < json_array_size(list) && !rc; i++) {
		const json_t *from = json_array_get(list, i);
		const char *id = json_string_value(json_object_get(from, "id"));

		if (id && *id && strlen(id) <= ID_MAX && !has(about, id))
			rc = append(id, layer_object(from, id), mem, about, reterr);
	}
	return rc;
}

enum mm_code mm_archive_about_read(const char *json, size_t n, struct mm_arena *mem,
				   struct mm_archive_about *ret, struct mm_err *reterr)
{
	json_t *o = n ? json_loadb(json, n, 0, NULL) : json_object();
	struct mm_archive_about about = *ret;
	enum mm_code rc = MM_OK;

	about.description = text_of(o, "description", mem);
	about.attribution = text_of(o, "attribution", mem);
	if (!json_is_object(o))
		rc = mm_fail(reterr, MM_E_DATA, "", "the archive is damaged: its metadata are not JSON");
	else
		rc = add_layers(json_object_get(o, "vector_layers"), mem, &about, reterr);
	json_decref(o);
	if (!rc && (!about.description || !about.attribution))
		rc = mm_fail_nomem(reterr);
	if (!rc)
		*ret = about;
	return rc;
}

enum mm_code mm_archive_about_add(const char *id, size_t n, struct mm_arena *mem,
				  struct mm_archive_about *about, struct mm_err *reterr)
{
	char name[ID_MAX + 1];

	if (n > ID_MAX || mm_text_utf8_valid(id, n) != n || memchr(id, '\0', n) ||
	    about->layer_count == MM_ARCHIVE_LAYERS_MAX)
		return MM_OK;
	memcpy(name, id, n);
	name[n] = '\0';
	return has(about, name) ? MM_OK : append(name, layer_object(NULL, name), mem, about, reterr);
}

void mm_archive_about_bounds(const char *text, size_t n, struct mm_archive_about *about)
{
	double v[4];

	for (size_t i = 0; i < 4; i++) {
		const char *comma = memchr(text, ',', n);
		const size_t len = comma ? (size_t)(comma - text) : n;

		if ((i < 3) != (comma != NULL) || !mm_num_parse(text, len, &v[i]))
			return;
		text += len + (comma != NULL);
		n -= len + (comma != NULL);
	}
	if (v[0] >= -180 && v[0] < v[2] && v[2] <= 180 && v[1] >= -90 && v[1] < v[3] && v[3] <= 90)
		about->box_deg = (struct mm_box){v[0], v[1], v[2], v[3]};
}
