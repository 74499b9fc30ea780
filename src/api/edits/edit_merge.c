#include "api/edits/edits.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Merge patches of values that are JSON themselves (RFC 7396): made on the value that is there in its turn,
 * when no other edit can come between. */

enum { WHERE_MAX = 256 };

/* Takes `patch` into `target`, both objects. The depth is that of the patch, which is bounded. */
static bool merge(json_t *target, const json_t *patch)
{
	bool fine = true;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)patch, key, value)
	{
		json_t *there = json_object_get(target, key), *made;

		if (json_is_null(value)) {
			(void)json_object_del(target, key);
		} else if (!json_is_object(value)) {
			fine = fine && json_object_set(target, key, value) == 0;
		} else if (json_is_object(there)) {
			fine = fine && merge(there, value);
		} else {
			made = json_object(); /* without the nulls of the patch */
			fine = fine && made && merge(made, value) && json_object_set(target, key, made) == 0;
			json_decref(made);
		}
	}
	return fine;
}

/* The object that is there now, or an empty one where there is none. NULL: what is there is no JSON. */
static json_t *read_now(const struct mm_layer *now, uint32_t row, size_t field)
{
	struct mm_value v;
	json_t *j;

	mm_layer_value(now, row, field, &v);
	if (v.is_null)
		return json_object();
	j = json_loadb(v.text, v.text_len, JSON_DECODE_ANY, NULL);
	if (!j || json_is_object(j))
		return j;
	json_decref(j);
	return json_object();
}

static enum mm_code merge_value(struct mm_edit_body *b, const struct mm_layer *now, uint32_t row,
				struct mm_value *v, const char *name, struct mm_err *reterr)
{
	const size_t field = mm_schema_find(mm_layer_schema(now), name);
	json_t *patch = json_loadb(v->text, v->text_len, 0, NULL), *target = NULL;
	char where[WHERE_MAX], *text = NULL;
	enum mm_code rc = MM_OK;

	(void)snprintf(where, sizeof(where), "/properties/%.100s", name);
	if (field != SIZE_MAX && mm_layer_schema(now)->field[field].type == MM_TYPE_JSON)
		target = read_now(now, row, field);
	if (!target)
		rc = mm_fail(
		    reterr, MM_E_CONFLICT, where,
		    "what is there is no JSON that can be merged with: send the whole feature by PUT");
	else if (!patch || !merge(target, patch) ||
		 !(text = json_dumps(target, JSON_COMPACT | JSON_REAL_PRECISION(17))))
		rc = mm_fail_nomem(reterr);
	else if (strlen(text) > MM_EDIT_TEXT_MAX)
		rc = mm_fail(reterr, MM_E_LIMIT, where, "the value would have more than %d bytes",
			     MM_EDIT_TEXT_MAX);
	if (!rc) {
		v->text_len = strlen(text);
		v->text = mm_arena_text(b->r->mem, text, v->text_len);
		rc = v->text ? MM_OK : mm_fail_nomem(reterr);
	}
	free(text);
	json_decref(patch);
	json_decref(target);
	return rc;
}

enum mm_code mm_edit_body_merge(struct mm_edit_body *b, const struct mm_layer *now, uint32_t row,
				struct mm_err *reterr)
{
	const struct mm_schema *s = mm_layer_schema(b->layer);
	struct mm_edit_value *values =
	    (struct mm_edit_value *)(uintptr_t)b->edit->value; /* ours (edit_body.c) */
	enum mm_code rc = MM_OK;

	for (size_t i = 0; i < b->edit->value_count && !rc; i++) {
		struct mm_value *v = &values[i].value;

		if (v->type == MM_TYPE_JSON && !v->is_null && v->text_len && *v->text == '{')
			rc = merge_value(b, now, row, v, s->field[values[i].field].name, reterr);
	}
	return rc;
}
