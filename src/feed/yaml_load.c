#include "feed/yaml_load.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What libcyaml says while it loads: the first complaint, and the place from its trace. */
struct complaint {
	char text[300];
	char field[80]; /* innermost mapping field of the trace */
	unsigned line;  /* innermost line of the trace */
};

static void listen(cyaml_log_t level, void *ctx, const char *fmt, va_list args)
{
	struct complaint *c = ctx;
	char text[300];
	const char *at;

	if (level < CYAML_LOG_ERROR)
		return;
	(void)vsnprintf(text, sizeof(text), fmt, args);
	text[strcspn(text, "\n")] = '\0';
	at = mm_text_starts(text, "Load: ") ? text + 6 : text;
	if (mm_text_starts(at, "Backtrace"))
		return;
	if (mm_text_starts(at, "  in ")) {
		const char *line = strstr(at, "(line: "), *field = strstr(at, "mapping field '");

		if (!c->line && line)
			c->line = (unsigned)strtoul(line + 7, NULL, 10);
		if (!*c->field && field)
			(void)snprintf(c->field, sizeof(c->field), "%.*s", (int)strcspn(field + 15, "'"),
				       field + 15);
		return;
	}
	if (!*c->text)
		(void)snprintf(c->text, sizeof(c->text), "%s", at);
}

static cyaml_config_t config(struct complaint *c)
{
	return (cyaml_config_t){.log_fn = listen,
				.log_ctx = c,
				.mem_fn = cyaml_mem,
				.log_level = CYAML_LOG_ERROR,
				.flags = CYAML_CFG_NO_ALIAS};
}

/* Line of a key that has this name and no other known place. */
static unsigned line_of(const struct mm_yaml_keys *k, const char *name, unsigned otherwise)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->key[i].name, name) == 0)
			return k->key[i].line;
	return otherwise;
}

static enum mm_code explain(const char *path, const struct complaint *c, const struct mm_yaml_keys *keys,
			    const char *const *known, size_t known_count, struct mm_err *reterr)
{
	static const char unexpected[] = "Unexpected key: ", missing[] = "Missing required mapping field: ";
	unsigned line = c->line ? c->line : 1;
	char where[256];

	if (mm_text_starts(c->text, unexpected)) {
		const char *name = c->text + sizeof(unexpected) - 1,
			   *near = mm_text_nearest(name, known, known_count);

		(void)snprintf(where, sizeof(where), "%s:%u", path, line_of(keys, name, line));
		if (near)
			return mm_fail(reterr, MM_E_INVALID, where,
				       "unknown key \"%.60s\": did you mean \"%s\"?", name, near);
		return mm_fail(reterr, MM_E_INVALID, where, "unknown key \"%.60s\": remove it", name);
	}
	(void)snprintf(where, sizeof(where), "%s:%u", path, line);
	if (mm_text_starts(c->text, missing))
		return mm_fail(reterr, MM_E_INVALID, where, "key \"%s\" is missing: add it",
			       c->text + sizeof(missing) - 1);
	if (strstr(c->text, "BOOL"))
		return mm_fail(reterr, MM_E_INVALID, where, "%s: write true or false", c->field);
	if (mm_text_starts(c->text, "Invalid ") || strstr(c->text, "FLOAT"))
		return mm_fail(reterr, MM_E_INVALID, where, "%s: write a number", c->field);
	if (strstr(c->text, "SCALAR") &&
	    (strcmp(c->field, "title") == 0 || strcmp(c->field, "description") == 0))
		return mm_fail(reterr, MM_E_INVALID, where, "%s: write {ru: ..., en: ...}", c->field);
	if (mm_text_starts(c->text, "Excessive entries"))
		return mm_fail(reterr, MM_E_INVALID, where, "%s: too many entries", c->field);
	return mm_fail(reterr, MM_E_INVALID, where, "%s%s%s: see the README for how a layer is described",
		       c->field, *c->field ? ": " : "", *c->text ? c->text : "not understood");
}

enum mm_code mm_yaml_load(const char *path, const char *yaml, size_t n, const cyaml_schema_value_t *schema,
			  const char *const *known, size_t known_count, struct mm_arena *mem,
			  struct mm_yaml_keys *ret_keys, void **ret_data, struct mm_err *reterr)
{
	struct complaint c = {0};
	cyaml_config_t cfg = config(&c);
	cyaml_data_t *data = NULL;
	cyaml_err_t bad;
	size_t valid = mm_text_utf8_valid(yaml, n);
	enum mm_code rc;

	if (valid != n) {
		char where[256];
		unsigned line = 1;

		for (size_t i = 0; i < valid; i++)
			line += yaml[i] == '\n';
		(void)snprintf(where, sizeof(where), "%s:%u", path, line);
		return mm_fail(reterr, MM_E_INVALID, where, "not UTF-8: save the file as UTF-8");
	}
	rc = mm_yaml_keys_read(path, yaml, n, mem, ret_keys, reterr);
	if (rc)
		return rc;
	bad = cyaml_load_data((const uint8_t *)yaml, n, &cfg, schema, &data, NULL);
	if (bad != CYAML_OK) {
		if (!*c.text)
			(void)snprintf(c.text, sizeof(c.text), "%s", cyaml_strerror(bad));
		return explain(path, &c, ret_keys, known, known_count, reterr);
	}
	*ret_data = data;
	return MM_OK;
}

void mm_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
	struct complaint c = {0};
	cyaml_config_t cfg = config(&c);

	(void)cyaml_free(&cfg, schema, data, 0);
}
