#include "feed/yaml_error.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SIBLINGS_MAX = 40, FORM_KEYS_MAX = 5 };

/* The schema of what stands at `i`; NULL when the schema knows nothing there. */
static const cyaml_schema_value_t *schema_of(const struct mm_yaml_keys *keys, size_t i,
					     const cyaml_schema_value_t *root)
{
	const cyaml_schema_value_t *parent;

	if (i == MM_YAML_ROOT)
		return root;
	parent = schema_of(keys, keys->key[i].parent, root);
	if (!parent)
		return NULL;
	if (!keys->key[i].name)
		return parent->type == CYAML_SEQUENCE ? parent->sequence.entry : NULL;
	if (parent->type != CYAML_MAPPING)
		return NULL;
	for (const cyaml_schema_field_t *f = parent->mapping.fields; f->key; f++)
		if (strcmp(f->key, keys->key[i].name) == 0)
			return &f->value;
	return NULL;
}

static enum mm_code unknown_key(const char *path, const char *name, unsigned line,
				const struct mm_yaml_keys *keys, const cyaml_schema_value_t *schema,
				struct mm_err *reterr)
{
	const char *known[SIBLINGS_MAX], *near = NULL;
	size_t count = 0;
	char where[MM_YAML_WHERE_MAX];

	for (size_t i = 0; i < keys->count; i++) {
		const struct mm_yaml_key *k = &keys->key[i];
		const cyaml_schema_value_t *parent;

		if (!k->name || strcmp(k->name, name) != 0 || schema_of(keys, i, schema))
			continue;
		parent = schema_of(keys, k->parent, schema);
		if (!parent || parent->type != CYAML_MAPPING)
			continue;
		line = k->line;
		for (const cyaml_schema_field_t *f = parent->mapping.fields; f->key && count < SIBLINGS_MAX;
		     f++)
			known[count++] = f->key;
		near = mm_text_nearest(name, known, count);
		break;
	}
	mm_yaml_where(path, line, where);
	if (near)
		return mm_fail(reterr, MM_E_INVALID, where, "unknown key \"%s\": did you mean \"%s\"?", name,
			       near);
	return mm_fail(reterr, MM_E_INVALID, where, "unknown key \"%s\": remove it", name);
}

/* "{ru: ..., en: ...}" for a mapping, the like for the rest. */
static void put_form(const cyaml_schema_value_t *v, char *ret, size_t size)
{
	size_t len = 0;
	int count = 0;

	if (v->type == CYAML_UINT || v->type == CYAML_INT) {
		(void)snprintf(ret, size, "a whole number, 0 or more");
	} else if (v->type == CYAML_FLOAT) {
		(void)snprintf(ret, size, "a number");
	} else if (v->type == CYAML_SEQUENCE && v->sequence.entry->type == CYAML_MAPPING) {
		len = (size_t)snprintf(ret, size, "a list, each entry as - ");
		if (len < size)
			put_form(v->sequence.entry, ret + len, size - len);
	} else if (v->type == CYAML_SEQUENCE && v->sequence.min == v->sequence.max) {
		(void)snprintf(ret, size, "a list of %u in brackets", v->sequence.min);
	} else if (v->type == CYAML_SEQUENCE) {
		(void)snprintf(ret, size, "a list: [..., ...]");
	} else if (v->type == CYAML_MAPPING) {
		for (const cyaml_schema_field_t *f = v->mapping.fields;
		     f->key && count < FORM_KEYS_MAX && len < size; f++)
			len += (size_t)snprintf(ret + len, size - len, "%s%s: ...", count++ ? ", " : "{",
						f->key);
		if (len < size)
			(void)snprintf(ret + len, size - len, "}");
	} else {
		(void)snprintf(ret, size, "one text");
	}
}

/* The first key that must be written, else the first of all. */
static const char *first_key(const cyaml_schema_value_t *mapping)
{
	for (const cyaml_schema_field_t *f = mapping->mapping.fields; f->key; f++)
		if (!(f->value.flags & CYAML_FLAG_OPTIONAL))
			return f->key;
	return mapping->mapping.fields->key;
}

/* The schema of the field a complaint is about: the last key of that name up to its line. */
static const cyaml_schema_value_t *schema_of_field(const struct mm_yaml_complaint *c,
						   const struct mm_yaml_keys *keys,
						   const cyaml_schema_value_t *schema)
{
	const cyaml_schema_value_t *found = NULL;

	for (size_t i = 0; i < keys->count && keys->key[i].line <= c->line; i++)
		if (keys->key[i].name && strcmp(keys->key[i].name, c->field) == 0) {
			const cyaml_schema_value_t *v = schema_of(keys, i, schema);

			found = v ? v : found;
		}
	return found;
}

enum mm_code mm_yaml_explain(const char *path, const struct mm_yaml_complaint *c,
			     const struct mm_yaml_keys *keys, const cyaml_schema_value_t *schema,
			     struct mm_err *reterr)
{
	static const char unexpected[] = "Unexpected key: ", missing[] = "Missing required mapping field: ";
	const cyaml_schema_value_t *v = schema_of_field(c, keys, schema);
	unsigned line = c->line ? c->line : 1;
	char where[MM_YAML_WHERE_MAX], form[200];

	if (mm_text_starts(c->text, unexpected))
		return unknown_key(path, c->text + sizeof(unexpected) - 1, line, keys, schema, reterr);
	mm_yaml_where(path, line, where);
	if (mm_text_starts(c->text, missing))
		return mm_fail(reterr, MM_E_INVALID, where, "key \"%s\" is missing: add it",
			       c->text + sizeof(missing) - 1);
	if (!v)
		return mm_fail(reterr, MM_E_INVALID, where,
			       "not keys with values: write one key a line, such as %s: ...",
			       first_key(schema));
	put_form(v, form, sizeof(form));
	if (mm_text_starts(c->text, "STRING length <"))
		return mm_fail(reterr, MM_E_INVALID, where,
			       "%s: nothing is written there: write %s, in quotes if it begins with #",
			       c->field, form);
	if (mm_text_starts(c->text, "Excessive entries") && v->type == CYAML_SEQUENCE &&
	    v->sequence.min != v->sequence.max)
		return mm_fail(reterr, MM_E_INVALID, where, "%s: too many entries: at most %u", c->field,
			       v->sequence.max);
	return mm_fail(reterr, MM_E_INVALID, where, "%s: write %s", c->field, form);
}
